"""Training on several processes or GPUs, as ``accelerate launch`` or ``torchrun`` starts them: who writes, who waits.

Every process runs the same program. The first alone writes files and prints; the others wait for it where what comes
next needs what it wrote.
"""

from __future__ import annotations

import os
from typing import Any

from valuenet.warehouse.errors import InputError


class BatchShareError(InputError):
    """A batch cannot be shared out evenly among the processes."""


def process_count() -> int:
    """Return how many processes train together; 1 where none was launched beside this one."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Return whether this process is the one that writes."""
    return int(os.environ.get("RANK", "0")) == 0


def wait_for_all() -> None:
    """Return when every process has come here; at once where there is one."""
    if process_count() > 1:
        from accelerate import PartialState

        from valuenet.models.encoding.encoders import device

        PartialState(cpu=device() == "cpu").wait_for_everyone()


def shared_mean(mean: Any, count: int) -> Any:
    """Return a loss such that the mean over the processes is the mean over all that they have counted together.

    Every process must come here as often as the others. Outside training, and with one process, it is ``mean`` itself.

    Args:
        mean: of the ``count`` things in this process's part of the batch; anything where that is 0.
        count: how many there are.
    """
    import torch

    if process_count() == 1 or not torch.is_grad_enabled():
        return mean
    total = torch.tensor(float(count), device=mean.device)
    torch.distributed.all_reduce(total)
    return mean * (count * process_count() / max(float(total), 1.0))


def rows_each(batch_size: int) -> int:
    """Return the rows of a batch that each process takes, so that all together take ``batch_size``.

    Raises:
        BatchShareError: if that leaves a rest.
    """
    share, rest = divmod(batch_size, process_count())
    if rest:
        raise BatchShareError(
            f"batch_size={batch_size} cannot be shared by {process_count()} processes; choose a multiple of that number"
        )
    return share
