import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from valuenet.models.scoring.shards import ScoresExistError, ScoringJob, begin_scoring, open_model, score_shard
from valuenet.models.scoring.source import ScoringSourceError, Source
from valuenet.models.values import scoring
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.scoring import ScoringSettings
from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.vocabulary import VALUES

TEXTS = ["we helped my mom", "he hurt a dog", "i saw the table today", "we helped my mom", "", "i saw", None]
SMALL = ScoringSettings(shard_rows=3, chunk=2, bf16="off", max_characters=40)


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    pq.write_table(pa.table({"text": TEXTS, "id": range(7)}), folder / "a.parquet", row_group_size=2)
    (folder / "b.csv").write_text('n,scenario\n1,"the boss,\nhelped"\n2,' + "dog " * 20 + "\n")
    return folder


def job(corpus, toy_model, out, settings=SMALL):
    return ScoringJob(str(corpus), str(toy_model.path), str(out), settings)


def run(wanted):
    return [score_shard(wanted, shard) for shard in begin_scoring(wanted)[1]]


def test_files_are_cut_into_shards_and_streamed_in_chunks(corpus):
    source = Source(str(corpus))
    shards = source.shards(3)
    assert [(s.file, s.first, s.rows) for s in shards] == [
        ("a.parquet", 0, 3),
        ("a.parquet", 3, 3),
        ("a.parquet", 6, 1),
        ("b.csv", 0, 2),
    ]
    assert list(source.chunks(shards[1], 2)) == [["we helped my mom", ""], ["i saw"]]
    assert list(source.chunks(shards[3], 5)) == [["the boss,\nhelped", ("dog " * 20)]]


def test_a_row_group_of_a_million_is_never_in_memory_whole(tmp_path):
    many = 300_000
    pq.write_table(pa.table({"text": [f"{'we helped my mom ' * 10} {n}" for n in range(many)]}), tmp_path / "a.parquet")
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 1
    source = Source(str(tmp_path))
    last = source.shards(10_000)[-1]
    before, most, found = pa.total_allocated_bytes(), 0, []
    for chunk in source.chunks(last, 1000):
        most = max(most, pa.total_allocated_bytes() - before)
        found += [int(text.split()[-1]) for text in chunk]
    assert found == list(range(many - 10_000, many))
    assert most < 16_000_000  # of 52 MB


def test_every_text_is_scored_in_its_place_or_rejected_with_a_reason(corpus, toy_model, tmp_path):
    reports = run(job(corpus, toy_model, tmp_path / "out"))
    assert [(r.texts, r.rejected) for r in reports] == [(3, 0), (3, 1), (1, 1), (2, 1)]
    scores = pd.concat(pd.read_parquet(f) for f in sorted((tmp_path / "out").glob("scores-*")))
    rejects = pd.concat(pd.read_parquet(f) for f in sorted((tmp_path / "out").glob("rejects-*")))
    assert list(zip(scores["file"], scores["row"], strict=True)) == [
        *(("a.parquet", row) for row in (1, 2, 3, 4, 6)),
        ("b.csv", 1),
    ]
    assert rejects["row"].tolist() == [5, 7, 2]
    assert rejects["reason"].tolist() == ["blank", "blank", "too long"]
    wanted = load_value_model(toy_model.path, bf16=False).predict(scores["text"].tolist())
    assert scores[list(VALUES)].to_numpy() == pytest.approx(wanted, abs=1e-5)


def test_a_second_run_has_nothing_to_do_and_a_lost_shard_comes_back_with_the_same_bytes(corpus, toy_model, tmp_path):
    wanted = job(corpus, toy_model, tmp_path / "out")
    run(wanted)
    assert begin_scoring(wanted)[1] == []
    lost = tmp_path / "out" / "scores-00001-of-00004.parquet"
    before = lost.read_bytes()
    lost.unlink()
    (tmp_path / "out" / ".scores-00001-of-00004.parquet.7.writing").write_bytes(b"half")
    assert [report.number for report in run(wanted)] == [1]
    assert lost.read_bytes() == before
    assert not list((tmp_path / "out").glob(".*"))


def test_scores_of_something_else_are_not_mixed(corpus, toy_model, tmp_path):
    run(job(corpus, toy_model, tmp_path / "out"))
    (corpus / "b.csv").write_text("scenario\nother\n")
    with pytest.raises(ScoresExistError, match="another model, texts, settings or code"):
        begin_scoring(job(corpus, toy_model, tmp_path / "out"))
    with pytest.raises(ScoresExistError, match=r"is not empty and holds no scores \(a.parquet\)"):
        begin_scoring(job(corpus, toy_model, corpus))


def test_the_number_of_processes_changes_nothing(corpus, toy_model, tmp_path):
    run(job(corpus, toy_model, tmp_path / "out"))
    more = SMALL.model_copy(update={"processes": 7})
    assert begin_scoring(job(corpus, toy_model, tmp_path / "out", more))[1] == []


def test_a_release_has_the_texts_of_one_variant(tmp_path):
    for part in ("original", "balanced"):
        (tmp_path / part).mkdir()
        pq.write_table(pa.table({"scenario": ["i saw"]}), tmp_path / part / "train.parquet")
    (tmp_path / "manifest.json").write_text("{}")
    assert [shard.file for shard in Source(str(tmp_path)).shards(10)] == ["original/train.parquet"]


def test_categories_are_scored_as_the_texts_they_stand_for(tmp_path):
    pd.DataFrame({"text": pd.Categorical(["a", "b", None, "a"])}).to_parquet(tmp_path / "in.parquet")
    source = Source(str(tmp_path))
    (shard,) = source.shards(10)
    assert [text for chunk in source.chunks(shard, 2) for text in chunk] == ["a", "b", None, "a"]


def test_a_column_of_lists_is_refused(tmp_path):
    pd.DataFrame({"text": [["a"], ["b"]]}).to_parquet(tmp_path / "in.parquet")
    with pytest.raises(ScoringSourceError, match=r"of type list<.*wanted strings"):
        Source(str(tmp_path)).shards(10)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "words\nx\n", "a.csv has neither a column text nor scenario"),
        ("a.parquet", "no parquet", r"a\.parquet in .* does not read .*write it again"),
        ("a.txt", "x", "is neither Parquet nor CSV"),
        ("a.csv", "text\n", "holds no text"),
        ("b.txt", "x", "is neither Parquet nor CSV"),
    ],
)
def test_a_file_that_cannot_be_scored_is_refused_in_one_sentence(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(ScoringSourceError, match=message) as refused:
        Source(str(tmp_path / name)).shards(5)
    assert "\n" not in str(refused.value)


def test_numbers_are_no_texts_and_an_empty_folder_is_no_source(tmp_path):
    with pytest.raises(ScoringSourceError, match="holds no Parquet or CSV file"):
        Source(str(tmp_path)).shards(5)
    with pytest.raises(ScoringSourceError, match="cannot be opened"):
        Source("nowhere://bucket/x").shards(5)
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "a.parquet")
    with pytest.raises(ScoringSourceError, match=r"column text of a\.parquet is of type int64"):
        Source(str(tmp_path)).shards(5)


def test_a_place_that_cannot_be_written_is_named(corpus, toy_model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((StorageError, ScoresExistError), match="file"):
        begin_scoring(job(corpus, toy_model, tmp_path / "file" / "out"))


def test_shards_come_from_and_go_to_an_object_store(corpus, toy_model, tmp_path, s3_bucket):
    import boto3

    client = boto3.client("s3")
    for file in corpus.iterdir():
        client.upload_file(str(file), s3_bucket, f"in/{file.name}")
    remote = ScoringJob(f"s3://{s3_bucket}/in", str(toy_model.path), f"s3://{s3_bucket}/out", SMALL)
    run(remote)
    run(job(corpus, toy_model, tmp_path / "out"))
    assert begin_scoring(remote)[1] == []
    for file in (tmp_path / "out").iterdir():
        stored = client.get_object(Bucket=s3_bucket, Key=f"out/{file.name}")["Body"].read()
        assert stored == file.read_bytes()


def test_equal_prompts_are_computed_once(toy_model, monkeypatch):
    model = load_value_model(toy_model.path, bf16=False)
    seen = []
    forward = scoring._forward
    monkeypatch.setattr(
        scoring, "_forward", lambda engine, rows, wide: seen.append(len(rows)) or forward(engine, rows, wide)
    )
    found = model.predict(["i saw", "we helped", "i saw", "i saw"])
    assert seen == [20]
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])


def test_the_compiled_encoder_gives_the_same_utilities(toy_model, monkeypatch):
    import torch

    compiled = []
    monkeypatch.setattr(torch, "compile", lambda model, **said: compiled.append(said) or model)
    open_model.cache_clear()
    model = open_model(str(toy_model.path), ScoringSettings(compile=True, bf16="off"))
    open_model.cache_clear()
    assert compiled == [{"dynamic": True}]
    assert model.predict(["i saw"]) == pytest.approx(load_value_model(toy_model.path, bf16=False).predict(["i saw"]))


def test_bf16_may_be_forced_either_way_and_a_gpu_gets_larger_batches(monkeypatch):
    assert ScoringSettings(bf16="on").uses_bf16()
    assert not ScoringSettings(bf16="off").uses_bf16()
    monkeypatch.setattr("valuenet.models.values.scoring.bf16_available", lambda: True)
    assert ScoringSettings().uses_bf16()
    assert ScoringSettings().rows_at_once() == 64
    monkeypatch.setattr("valuenet.models.values.scoring.device", lambda: "cuda")
    assert ScoringSettings().rows_at_once() == 1024
