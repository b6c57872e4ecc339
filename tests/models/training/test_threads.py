"""How many threads a training run computes with: as many as find an idle core, or as many as the user says."""

import psutil
import pytest
import torch

from valuenet.models.training.run import given_threads, idle_threads


@pytest.fixture
def machine(monkeypatch):
    """Set cores and how busy they are."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    def of(cores: int, busy: float) -> None:
        monkeypatch.setattr(psutil, "cpu_count", lambda: cores)
        monkeypatch.setattr(psutil, "cpu_percent", lambda interval: busy)

    return of


@pytest.mark.parametrize(
    ("cores", "busy", "most", "threads"),
    [
        (2, 3.0, 2, 2),  # idle
        (2, 50.0, 2, 1),  # one busy process
        (2, 100.0, 2, 1),  # two: one thread is the least
        (16, 25.0, 16, 12),
        (16, 25.0, 4, 4),  # what torch has been given is the most
        (64, 99.0, 64, 1),
    ],
)
def test_a_run_takes_a_thread_for_each_idle_core(machine, cores, busy, most, threads):
    machine(cores, busy)
    assert idle_threads(most) == threads


def test_the_number_the_user_sets_is_taken_on_a_busy_machine_too(machine, monkeypatch):
    machine(8, 100.0)
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert idle_threads(8) == 8


def test_processes_launched_together_keep_the_threads_of_their_launcher(machine, monkeypatch):
    machine(8, 100.0)
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert idle_threads(4) == 4


def test_after_a_run_torch_has_the_threads_it_had(machine):
    machine(8, 75.0)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        with given_threads(None):
            assert torch.get_num_threads() == 2
        with given_threads(3):
            assert torch.get_num_threads() == 3
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(before)
