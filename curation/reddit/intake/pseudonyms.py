"""Accounts become keyed hashes at ingest; a raw name goes no further than this module.

Reddit's account names ignore case, so `Alice` and `alice` are one account. A pseudonym is ``u-`` and 16 hex digits of
HMAC-SHA-256 over the case-folded name under a secret key: without the key nobody can try names against it.

Changing the key. A pseudonym cannot be turned back into its name, so no table can be given the pseudonyms of a new
key by itself. The id of the current key (`AccountKeys.key_id`, which tells nothing of the key) belongs to the recipe
of every ingested month: after a change the months are stale and are read again from the dumps. Rows that only
Reddit's API brought stay under the key they came in under (`Fetched` notes it) until they are fetched again; a
release of accounts under two keys is refused. What else cannot be read again is the list of withdrawals, whose raw
names were never kept. Therefore the older keys stay known for as long as anything made under them is in use: whoever
asks for a withdrawal by name is written down under every key (`pseudonyms_ever`), and a name that is
ingested is held against the withdrawals under every key, not only the current one (`renewed` says which of today's
pseudonyms the old ones are).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.curation.reddit.intake.notices import notice_in
from valuenet.warehouse.errors import InputError

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_BRACKETS = frozenset("[]<>{}()\uff3b\uff3d\u3010\u3011")
_LEAST_BYTES = 16


class AccountKeyError(InputError):
    """A key of account pseudonyms cannot be used."""


@dataclass(frozen=True)
class AccountKeys:
    """The secret keys of account pseudonyms. Neither shows when printed; their ids do.

    ``current`` is what pseudonyms are made with; ``older`` are earlier keys, under which withdrawals may have been
    written down.

    Raises:
        AccountKeyError: if a key is shorter than 16 bytes or stands twice.
    """

    current: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        keys = (self.current, *self.older)
        if any(len(key) < _LEAST_BYTES for key in keys):
            raise AccountKeyError(
                f"a key of account pseudonyms has less than {_LEAST_BYTES} bytes, so names could be guessed from "
                "pseudonyms; take the output of `openssl rand -hex 32`"
            )
        if len(set(keys)) < len(keys):
            raise AccountKeyError("a key of account pseudonyms stands twice; name each older key once")

    def __repr__(self) -> str:
        return f"AccountKeys(current={self.key_id!r}, older={[_id_of(key) for key in self.older]!r})"

    @property
    def key_id(self) -> str:
        """Return the name of the current key for recipes and cards, ``k-`` and 8 hex digits."""
        return _id_of(self.current)


def pseudonym_of_accounts(names: Iterable[object], keys: AccountKeys) -> NDArray[np.object_]:
    """Return the pseudonym of each account under the current key, as (n,) of str; None where the account is gone."""
    codes, distinct = pd.factorize(pd.Series(list(names), dtype=object))
    made = np.array([*(_pseudonym(name, keys.current) for name in distinct), None], dtype=object)
    return made[codes]  # -1, which stands for null, is the last


def pseudonyms_ever(name: str, keys: AccountKeys) -> tuple[str, ...]:
    """Return the pseudonyms of an account under every known key, the current one first; what a withdrawal holds.

    Raises:
        AccountKeyError: if ``name`` stands for no account (`[deleted]`).
    """
    made = [_pseudonym(name, key) for key in (keys.current, *keys.older)]
    if made[0] is None:
        raise AccountKeyError("[deleted] is no account; withdraw the post or the comment by its id")
    return tuple(pseudonym for pseudonym in made if pseudonym is not None)


def renewed(names: Iterable[object], keys: AccountKeys, withdrawn: Sequence[str]) -> frozenset[str]:
    """Return the current pseudonyms of those ``names`` that were withdrawn under whichever key.

    Args:
        names: raw account names at ingest; the only place where the older keys can still be asked.
        keys: the current key and the older ones.
        withdrawn: pseudonyms of `Withdrawals`, of any key.
    """
    wanted = set(withdrawn)
    ever = (pseudonyms_ever(name, keys) for name in set(names) if isinstance(name, str) and not is_no_account(name))
    return frozenset(made[0] for made in ever if not wanted.isdisjoint(made)) if wanted else frozenset()


def is_no_account(name: object) -> bool:
    """Return whether a name stands for no account: nothing, a notice, or anything in brackets (no name has any)."""
    if not isinstance(name, str) or not name.strip():
        return True
    if _NAME.fullmatch(name):
        return False
    return not _BRACKETS.isdisjoint(name) or notice_in(name) is not None


def _pseudonym(name: object, key: bytes) -> str | None:
    if not isinstance(name, str) or is_no_account(name):
        return None
    return f"u-{hmac.new(key, name.strip().casefold().encode(errors='replace'), hashlib.sha256).hexdigest()[:16]}"


def _id_of(key: bytes) -> str:
    return f"k-{hmac.new(key, b'valuenet: id of a key', hashlib.sha256).hexdigest()[:8]}"
