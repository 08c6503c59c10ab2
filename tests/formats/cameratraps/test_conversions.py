"""Other programs' files become tables of Camtrap DP and back; what is lost is said, what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from camtrapdp_packages import DATA, EXAMPLE

from amur.formats.cameratraps.camtrapr import read_camtrapr, write_camtrapr
from amur.formats.cameratraps.coco import read_coco, write_coco
from amur.formats.cameratraps.darwin_core import Level, write_darwin_core
from amur.formats.cameratraps.tables import local_time
from amur.formats.cameratraps.timelapse import read_timelapse
from amur.formats.cameratraps.wildlife_insights import read_wildlife_insights
from amur.formats.camtrapdp import read_package
from amur.formats.errors import FormatErrors

ZONE = ZoneInfo("Asia/Vladivostok")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public packages are not at {DATA}")


@needs_data
@pytest.mark.parametrize(("level", "suffix"), [("event", ""), ("media", "_media_based")])
def test_darwin_core_is_that_of_the_reference_byte_for_byte(
    tmp_path: Path, level: Level, suffix: str
) -> None:
    losses = write_darwin_core(read_package(EXAMPLE), tmp_path, level)
    expected = DATA / "expected-camtrapdp" / "write_dwc"
    for name in ("occurrence", "multimedia"):
        assert (tmp_path / f"{name}.csv").read_bytes() == (expected / f"{name}{suffix}.csv").read_bytes()
    assert (tmp_path / "meta.xml").read_bytes() == (expected / "meta.xml").read_bytes()
    assert "boxes, positions and speeds of individuals" in losses


def _wildlife_insights(folder: Path, timestamp: str = "2026-03-02 21:00:01") -> Path:
    (folder / "cameras.csv").write_text("camera_id,make,model\nc1,Reconyx,HP2X\n")
    (folder / "deployments.csv").write_text(
        "deployment_id,placename,longitude,latitude,start_date,end_date,camera_id,bait_type\n"
        "d1,Ridge,131.1,43.5,2026-03-01 00:00:00,2026-03-31 00:00:00,c1,None\n"
    )
    titles = "image_id,deployment_id,filename,location,is_blank,identified_by,genus,species,common_name,"
    titles += "uncertainty,timestamp,number_of_objects,age,sex,individual_id\n"
    (folder / "images.csv").write_text(
        f"{titles}i1,d1,a.jpg,gs://b/a.jpg,0,A ranger,Panthera,tigris,Tiger,3,{timestamp},1,Adult,Female,T12\n"
        f"i1,d1,a.jpg,gs://b/a.jpg,0,A ranger,Sus,scrofa,Wild Boar,,{timestamp},2,,,\n"
        f"i2,d1,b.jpg,gs://b/b.jpg,1,Computer vision,,,Blank,,{timestamp},1,,,\n"
    )
    return folder


def test_wildlife_insights_becomes_deployments_media_and_observations(tmp_path: Path) -> None:
    found = read_wildlife_insights(_wildlife_insights(tmp_path), ZONE)
    assert found.deployments.texts("deploymentStart") == ["2026-03-01T00:00:00+10:00"]
    assert found.deployments.texts("cameraModel") == ["Reconyx-HP2X"]
    assert found.media.texts("mediaID") == ["i1", "i2"]
    observations = found.observations
    assert observations.texts("observationID") == ["i1_1", "i1_2", "i2_1"]
    assert observations.texts("scientificName") == ["Panthera tigris", "Sus scrofa", ""]
    assert observations.texts("observationType") == ["animal", "animal", "blank"]
    assert observations.texts("classificationMethod") == ["human", "human", "machine"]
    assert (observations.texts("sex")[0], observations.texts("count")) == ("female", ["1", "2", ""])
    assert found.losses == ("1 values: uncertainty of an identification",)


def test_a_wrong_time_and_a_missing_column_are_named(tmp_path: Path) -> None:
    _wildlife_insights(tmp_path, "2026-13-02 21:00:01")
    (tmp_path / "deployments.csv").write_text("deployment_id\nd1\n")
    with pytest.raises(FormatErrors) as caught:
        read_wildlife_insights(tmp_path, ZONE)
    found = [(each.code, each.file, each.row, each.column) for each in caught.value.errors]
    assert ("missing-label", "deployments.csv", 1, "latitude") in found
    assert [each for each in found if each[0] == "time-error"] == [
        ("time-error", "images.csv", row, "timestamp") for row in (2, 3, 4)
    ]


def test_camtrapr_tables_are_read_with_their_outages(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(
        "Station,Species,Individual,DateTimeOriginal,delta.time.secs,Directory,FileName,n_images\n"
        "A,Panthera pardus,L5,2026-04-01 05:00:00,0,/cards/A,x.jpg,1\n"
        "A,blank,NA,2026-04-01 06:00:00,0,/cards/A,y.jpg,1\n"
    )
    (tmp_path / "cameras.csv").write_text(
        "Station,longitude,latitude,Setup_date,Retrieval_date,Problem1_from,Problem1_to,owner\n"
        "A,131.1,43.5,2026-03-01,2026-04-13,2026-03-10,2026-03-12,Leo\n"
    )
    found = read_camtrapr(tmp_path / "records.csv", tmp_path / "cameras.csv", ZONE)
    assert found.deployments.texts("deploymentEnd") == ["2026-04-14T00:00:00+10:00"]
    assert found.deployments.texts("owner") == ["Leo"]
    (outage,) = found.outages
    assert (outage.start, outage.end) == ("2026-03-10T00:00:00+10:00", "2026-03-13T00:00:00+10:00")
    assert found.observations.texts("individualID") == ["L5", ""]
    assert found.observations.texts("observationType") == ["animal", "blank"]
    assert found.media.texts("filePath") == ["cards/A/x.jpg", "cards/A/y.jpg"]
    assert len(found.losses) == 2


@needs_data
def test_camtrapr_tables_that_we_write_say_the_same_when_read_again(tmp_path: Path) -> None:
    package = read_package(EXAMPLE)
    write_camtrapr(package.observations, package.deployments, tmp_path, ZONE)
    again = read_camtrapr(tmp_path / "recordTable.csv", tmp_path / "cameraTable.csv", ZONE)
    kinds = package.observations.texts("observationType")
    animals = [k for k, kind in enumerate(kinds) if kind == "animal"]
    instants = package.observations.instants("eventStart")[animals]
    assert (again.observations.instants("eventStart") == instants).all()
    names = package.observations.texts("scientificName")
    assert again.observations.texts("scientificName") == [names[k] for k in animals]
    starts = package.deployments.instants("deploymentStart")
    assert (again.deployments.instants("deploymentStart") == starts).all()


def test_timelapse_rows_follow_the_fields_of_the_template(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "RootFolder,File,RelativePath,DateTime,DeleteFlag,Species,Number,Mood\n"
        "r,a.JPG,S1\\100,2026-03-02 21:00:01,false,Panthera tigris,1,calm\n"
        "r,b.MP4,S1\\100,2026-03-02 21:00:09,false,,,\n"
        "r,c.JPG,S1\\100,2026-03-02 21:00:19,true,,,\n"
    )
    found = read_timelapse(tmp_path / "t.csv", ZONE, {"Species": "scientificName", "Number": "count"})
    assert found.media.texts("filePath") == ["S1/100/a.JPG", "S1/100/b.MP4"]
    assert found.media.texts("fileMediatype") == ["image/jpeg", "video/mp4"]
    assert found.observations.texts("observationType") == ["animal", "unclassified"]
    assert found.observations.texts("count") == ["1", ""]
    assert found.losses == ("fields without a column: Mood", "1 pictures that are marked for deletion")
    with pytest.raises(ValueError, match="no column 'species'"):
        read_timelapse(tmp_path / "t.csv", ZONE, {"Species": "species"})


def test_coco_camera_traps_come_back_as_they_were_written(tmp_path: Path) -> None:
    content = {
        "categories": [{"id": 0, "name": "empty"}, {"id": 7, "name": "Panthera tigris"}],
        "images": [
            {"id": f"i{k}", "file_name": f"s/{k}.jpg", "location": "S1", "datetime": f"2026-03-02 21:00:0{k}",
             "seq_id": "q1", "width": 200, "height": 100}
            for k in (1, 2, 3)
        ],
        "annotations": [
            {"id": "a1", "image_id": "i1", "category_id": 7, "bbox": [50, 20, 100, 60]},
            {"id": "a2", "image_id": "i2", "category_id": 0},
            {"id": "a3", "image_id": "i3", "category_id": 7, "sequence_level_annotation": True},
        ],
    }  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(content))
    found = read_coco(tmp_path / "in.json", ZONE)
    observations = found.observations
    assert observations.numbers("bboxX")[0] == 0.25
    assert observations.numbers("bboxHeight")[0] == 0.6
    assert observations.texts("observationLevel") == ["media", "media", "event"]
    assert observations.texts("eventEnd")[2] == "2026-03-02T21:00:03+10:00"
    sizes = {f"i{k}": (200, 100) for k in (1, 2, 3)}
    losses = write_coco(found.media, observations, tmp_path / "out.json", sizes)
    assert "1 observations of events" in losses
    again = read_coco(tmp_path / "out.json", ZONE)
    assert again.media.cells("timestamp") == found.media.cells("timestamp")
    assert again.observations.cells("bboxWidth") == observations.cells("bboxWidth")[:2]


def test_an_annotation_of_no_image_is_named(tmp_path: Path) -> None:
    content = {"categories": [{"id": 0, "name": "empty"}], "images": [], "annotations": [{"image_id": 4}]}
    (tmp_path / "in.json").write_text(json.dumps(content))
    with pytest.raises(FormatErrors, match=r"annotations\[0\]\.image_id"):
        read_coco(tmp_path / "in.json", ZONE)


def test_clocks_that_were_put_forward_never_showed_the_hour_between() -> None:
    zone = ZoneInfo("Europe/Moscow")
    assert local_time("2010-03-28 02:30:00", zone) is None
    before, after = local_time("2010-03-28 01:59:59", zone), local_time("2010-03-28 03:00:00", zone)
    assert before is not None and after is not None
    assert after.timestamp() - before.timestamp() == 1
