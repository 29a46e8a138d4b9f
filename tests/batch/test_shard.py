"""Shares of a dataset, and what schedulers say about them."""

from __future__ import annotations

import pytest

from tui.batch.shard import Shard, parse_shard
from tui.errors import UsageError

KEYS = [f"images/{i}.jpg" for i in range(1000)]


def test_shares_are_all_images_each_once_and_about_equal() -> None:
    shares = [[key for key in KEYS if Shard(i, 4).holds(key)] for i in range(4)]
    assert sorted(key for share in shares for key in share) == sorted(KEYS)
    assert all(200 < len(share) < 300 for share in shares)


def test_a_share_counts_from_one_and_none_is_everything() -> None:
    assert parse_shard("2/8", {}) == Shard(1, 8)
    assert str(Shard(1, 8)) == "2/8"
    assert parse_shard(None, {"SLURM_PROCID": "1", "SLURM_NTASKS": "2"}) == Shard()


@pytest.mark.parametrize("text", ["0/8", "9/8", "1", "a/b", "1/0", "-1/2", "1/2/3", ""])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--shard"):
        parse_shard(text, {})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Shard()),
        ({"SLURM_PROCID": "2", "SLURM_NTASKS": "4"}, Shard(2, 4)),
        ({"RANK": "1", "WORLD_SIZE": "3"}, Shard(1, 3)),
        ({"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"}, Shard(0, 2)),
        ({"JOB_COMPLETION_INDEX": "4", "JOB_COMPLETIONS": "5"}, Shard(4, 5)),
        (
            {
                "SLURM_ARRAY_TASK_ID": "14",
                "SLURM_ARRAY_TASK_MIN": "10",
                "SLURM_ARRAY_TASK_STEP": "2",
                "SLURM_ARRAY_TASK_COUNT": "4",
                "SLURM_PROCID": "0",
                "SLURM_NTASKS": "1",
            },
            Shard(2, 4),
        ),
        ({"RANK": "x", "WORLD_SIZE": "3"}, Shard()),
    ],
)
def test_auto_reads_what_a_scheduler_says(environment: dict[str, str], expected: Shard) -> None:
    assert parse_shard("auto", environment) == expected


def test_a_rank_beyond_the_number_of_ranks_is_named() -> None:
    with pytest.raises(UsageError, match="RANK says 3 of 3"):
        parse_shard("auto", {"RANK": "3", "WORLD_SIZE": "3"})
