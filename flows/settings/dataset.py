"""Settings of a release: its splits and variants, the check for leakage, its name and rights."""

from valuenet.warehouse.release.leakage import LeakageSettings
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.variants import VariantSettings
from valuenet.warehouse.settings import Settings


class DatasetSettings(Settings):
    """From agreed labels to a release."""

    splits: SplitSettings = SplitSettings()
    variants: VariantSettings = VariantSettings()
    leakage: LeakageSettings = LeakageSettings()
    release: ReleaseSettings = ReleaseSettings()
