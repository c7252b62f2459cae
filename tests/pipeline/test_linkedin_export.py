"""What is read from a LinkedIn data export, as a folder and as a zip, and how its mistakes are told."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline import export_files
from pipeline.export_files import ExportError
from pipeline.linkedin_export import Export, connections_of, read_export
from pipeline.person import Person
from pipeline.settings import load_profile
from stages.settings import Profile
from tests.builders.server import ROOT

PERSON = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location\r\n"
    'Torill,Aas,,,,"Finds welders, keeps promises","I wrote\r\n""Slow hiring"".",Staffing,,"Oslo, Norway"\r\n'
)
JOBS = (
    "Company Name,Title,Description,Location,Started On,Finished On\n"
    'Kvist AS,Partner,"Search, and ""advice""",Oslo,Mar 2019,\n'
    "Kvist AS,Recruiter,,Oslo,2017,Feb 2019\n"
    "Holm & Sons,Clerk,,,Jan 2010,Dec 2012\n"
    "Holm & Sons,Manager,,,2015,2016\n"
    ",Chair,,,May 2021,Present\n"
)
SCHOOLS = "School Name,Start Date,End Date,Notes,Degree Name,Activities\nNTNU,1998,2003,,MSc,\nNTNU,2004,2005,,,\n"
TONGUES = "Name,Proficiency\nNorwegian,Native or bilingual proficiency\nEnglish,\n"
PAPERS = 'Name,Published On,Description,Publisher,Url\n"Pay bands, slowly",Aug 2015,,,\nUndated,,,,\n'
PEOPLE = (
    "Notes:\n"
    '"Some e-mail addresses may be missing, for people choose who sees them; see ""help""."\n'
    "\n"
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    'Odd,Berg,https://www.linkedin.com/in/odd,,"Berg, Lie & Co",Boss,03 Nov 2026\n'
    "Eva,Lie,https://www.linkedin.com/in/eva,eva@lie.test,,,1 Jan 2020\n"
)
WHOLE = {
    "Profile.csv": PERSON,
    "Positions.csv": JOBS,
    "Education.csv": SCHOOLS,
    "Languages.csv": TONGUES,
    "Publications.csv": PAPERS,
    "Connections.csv": PEOPLE,
    "Jobs/Saved Jobs.csv": "Saved Date\n",
}
MEANT = Profile.model_validate(
    {
        "name": "Torill Aas",
        "languages": ["no", "en"],
        "industry": ["Staffing"],
        "roles": ["Partner", "Chair"],
        "employers": [
            {"name": "Kvist AS", "from": 2017},
            {"name": "Holm & Sons", "from": 2010, "to": 2012},
            {"name": "Holm & Sons", "from": 2015, "to": 2016},
        ],
        "schools": ["NTNU"],
        "published": [{"title": "Pay bands, slowly", "year": 2015}, "Undated"],
    }
)


def folder(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def packed(files: Mapping[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", kind) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return into.getvalue()


def zipped(root: Path, files: Mapping[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    path = root / "export.zip"
    path.write_bytes(packed(files, kind))
    return path


def refused(path: Path, connections: bool = False) -> str:
    with pytest.raises(ExportError) as error:
        connections_of(path) if connections else read_export(path)
    return str(error.value)


def attempt(path: Path) -> tuple[Profile, tuple[Person, ...]] | str:
    """What was read, or why it was refused; no other end is known."""
    try:
        return read_export(path).profile, connections_of(path)[0]
    except ExportError as error:
        return str(error)


def names(path: Path) -> tuple[str, ...]:
    people, _ = connections_of(path)
    return tuple(name for person in people for name in person.names)


def test_a_folder_and_a_zip_say_the_same(tmp_path: Path) -> None:
    wanted = Export(MEANT, "Finds welders, keeps promises", ())
    assert read_export(folder(tmp_path / "a", WHOLE)) == wanted
    assert read_export(zipped(tmp_path, WHOLE)) == wanted
    deeper = {f"Basic_Export/{name}": text for name, text in WHOLE.items()}
    assert read_export(folder(tmp_path / "b", deeper)) == wanted
    assert read_export(zipped(tmp_path, {**deeper, "__MACOSX/Profile.csv": b"\0", "x/y/Profile.csv": "z"})) == wanted
    assert read_export(zipped(tmp_path, {name.lower(): text for name, text in WHOLE.items()})) == wanted
    assert read_export(zipped(tmp_path, {f"a\\{name}": text for name, text in WHOLE.items()})) == wanted


def test_whom_one_is_connected_with_is_no_part_of_a_profile(tmp_path: Path) -> None:
    export = folder(tmp_path, WHOLE)
    assert connections_of(export) == (
        (Person(("Odd Berg",)), Person(("Eva Lie",), ("eva@lie.test",))),
        (),
    )
    (export / "Connections.csv").write_text("a mistake")
    assert read_export(export).profile == MEANT, "the file is not even opened"
    (export / "Connections.csv").unlink()
    assert "there is no Connections.csv" in refused(export, connections=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(tmp_path: Path, encoding: str, end: str) -> None:
    people = PEOPLE.replace("Odd,Berg", "Øystein,Ål 🙂").replace("\n", end)
    export = folder(tmp_path, {"Connections.csv": people.encode(encoding)})
    assert names(export) == ("Øystein Ål 🙂", "Eva Lie")


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("03 Nov 2026", 2026), ("3 november 2026", 2026), ("Nov 2026", 2026), ("Sept. 2020", 2020), ("2026", 2026),
        ("2026-11", 2026), ("2026-11-03", 2026), ("Nov 3, 2026", 2026), ("29 Feb 2024", 2024), ("", None),
    ],
)  # fmt: skip
def test_a_date_is_read_as_exports_write_it(tmp_path: Path, written: str, year: int | None) -> None:
    paper = f'Name,Published On\nA,"{written}"\n'
    (published,) = read_export(folder(tmp_path, {"Publications.csv": paper})).profile.published
    assert published.year == year


@pytest.mark.parametrize(
    "written",
    ["31 Feb 2026", "29 Feb 2023", "Nov", "soon", "03 Nvo 2026", "03/11/2026", "11/3/26", "26", "0000", "2026-13",
     "32 Jan 2026", "1066", "03 Nov 2026 10:00", "٢٠٢٦"],
)  # fmt: skip
def test_a_date_that_is_none_is_refused_with_file_line_and_field(tmp_path: Path, written: str) -> None:
    jobs = f'{JOBS}"Many\nlines",Boss,,,{written},\n'
    told = refused(folder(tmp_path, {"Positions.csv": jobs}))
    assert told.startswith(f'Positions.csv, line 7, Started On: "{written}" is no date')


def test_where_reading_can_go_on_a_mistake_is_told_and_left_out(tmp_path: Path) -> None:
    odd = "no commas here\nToo,Many,,,,,04 Jan 2020,x\n,,,,,,05 Jan 2020\n,,,,,,06 Jan 2020\nIda,Vik,,,,,31 Feb 2020\n"
    files = {
        "Connections.csv": PEOPLE + odd,
        "Languages.csv": f"{TONGUES}Klingon,\nItalian,Elementary proficiency\n",
        "Profile.csv": f"{PERSON}Second,Person,,,,,,,,\n",
        "Groups.csv": "Whatever\nx\n",
    }
    found = read_export(folder(tmp_path, files))
    assert names(tmp_path) == ("Odd Berg", "Eva Lie", "Ida Vik")
    assert found.profile.languages == ("no", "en")
    assert found.profile.name == "Torill Aas"
    warnings = (*found.warnings, *connections_of(tmp_path)[1])
    told = "\n".join(warnings)
    for part in (
        "Connections.csv, line 7: left out; it has 1 fields, the header 7",
        "Connections.csv, line 8: left out; it has 8 fields",
        "Connections.csv, line 9, First Name: left out, nobody is named, and 1 like it",
        'Connections.csv, line 11, Connected On: "31 Feb 2020" is no date',
        'Languages.csv, line 4, Name: we know no code for "Klingon"',
        'Languages.csv, line 5, Proficiency: Italian is elementary; add "it"',
        "Profile.csv, line 4: left out; there is one profile already",
        "Groups.csv: we do not know its layout",
    ):
        assert part in told
    assert len(warnings) == 8


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Positions.csv", JOBS.replace("Company Name", "Company Nmae"),
         'Positions.csv, line 1: there is no column "Company Name"; did you mean "Company Nmae"?'),
        ("Positions.csv", "a,b,c\n1,2,3\n", 'line 1: there is no column "Company Name"; its columns are "a", "b"'),
        ("Connections.csv", PEOPLE.replace("Last Name", "Surname"), 'csv, line 4: there is no column "Last'),
        ("Education.csv", SCHOOLS.replace("Notes", "School Name"), 'line 1: there are two columns "School Name"'),
        ("Positions.csv", JOBS.replace(",", ";"), "line 1: the fields are parted by semicolons"),
        ("Positions.csv", f'{JOBS}Kvist,"Never closed,,,2010,\nA,B,,,2010,\n',
         "Positions.csv, line 7: a quotation mark opens a field here, and none closes it"),
        ("Positions.csv", f'{JOBS}Kvist,"in the "midst" of",,,2010,\n', "line 7: the quotation marks are wrong"),
        ("Positions.csv", f"{JOBS}Kvist,{'x' * 200_000},,,2010,\n", "line 7: a field is too long"),
        ("Positions.csv", f"{JOBS}Kvist,Boss,,,2012,2010\n", "line 7, Finished On: 2010 lies before the year of"),
        ("Positions.csv", f"{JOBS}K\xe5re,Boss,,,2012,\n".encode("latin-1"), "line 7: this is neither UTF-8 nor"),
        ("Positions.csv", f"{JOBS}K\0re,Boss,,,2012,\n", "line 7: there is a NUL character"),
        ("Profile.csv", "", "Profile.csv is empty"),
        ("Profile.csv", "\ufeff \n\n", "Profile.csv is empty"),
        ("Profile.csv", PERSON.encode("utf-16")[:-1], "line 3: this is neither UTF-8 nor UTF-16"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_is_refused_with_file_line_and_field(
    tmp_path: Path, name: str, text: str | bytes, told: str
) -> None:
    assert told in refused(folder(tmp_path, {name: text}), connections=name == "Connections.csv")


def test_a_missing_column_that_can_be_done_without_is_told(tmp_path: Path) -> None:
    found = read_export(folder(tmp_path, {"Profile.csv": "First Name,Last Name\nTorill,Aas\n"}))
    assert found.profile == Profile(name="Torill Aas")
    assert [w for w in found.warnings if 'line 1: there is no column "Industry"' in w]


def test_a_name_can_hold_anything_and_stays_one_line(tmp_path: Path) -> None:
    people = f'{PEOPLE}"A\tn\x1b[31mn\x07\u202ea"," van\r\n der  ""Zee"""' + ",,,,,\n"
    assert names(folder(tmp_path, {"Connections.csv": people}))[-1] == 'A nn a van der "Zee"'


def test_an_address_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    people = f"{PEOPLE}Ida,Vik,,ida at vik,,,\n"
    found, warnings = connections_of(folder(tmp_path, {"Connections.csv": people}))
    assert found[-1] == Person(("Ida Vik",))
    assert warnings == (
        "Connections.csv, line 7, Email Address: left out, it is no e-mail address; the person counts all the same",
    )


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    assert "no such file or folder" in refused(tmp_path / "nowhere")
    assert "none of Profile.csv" in refused(tmp_path)
    assert "none of Profile.csv" in refused(zipped(tmp_path, {"a.txt": "x"}))
    assert "no zip file, or a broken one" in refused(folder(tmp_path / "f", {"Profile.csv": PERSON}) / "Profile.csv")
    two = {"a/Profile.csv": PERSON, "b/Profile.csv": PERSON}
    assert "there are two" in refused(zipped(tmp_path, two))
    assert "there are two" in refused(folder(tmp_path / "two", two))
    os.mkfifo(tmp_path / "pipe")
    assert "no such file or folder" in refused(tmp_path / "pipe")


def test_a_zip_is_never_unpacked_and_names_that_lead_out_of_it_are_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    files = {"../Profile.csv": PERSON, "/Positions.csv": JOBS, "..\\Languages.csv": TONGUES, "Education.csv": SCHOOLS}
    assert read_export(zipped(inside, files)).profile == Profile(schools=("NTNU",))
    assert [each.name for each in tmp_path.rglob("*")] == ["inside", "export.zip"]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    folder(tmp_path / "elsewhere", {"Profile.csv": PERSON, "Education.csv": SCHOOLS})
    export = folder(tmp_path / "export", {"Education.csv": SCHOOLS})
    (export / "deeper").symlink_to(tmp_path / "elsewhere")
    assert read_export(export).profile == Profile(schools=("NTNU",))
    (export / "Profile.csv").symlink_to(tmp_path / "elsewhere" / "Profile.csv")
    assert "Profile.csv is a link" in refused(export)


def test_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "MOST_BYTES", 100_000)
    bomb = {"Profile.csv": PERSON + " " * 50_000_000}
    path = zipped(tmp_path, bomb)
    tracemalloc.start()
    assert "Profile.csv: it is larger than" in refused(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000, "it is not unpacked any further"
    assert "Profile.csv: it is larger than" in refused(folder(tmp_path / "f", {"Profile.csv": PERSON + " " * 100_001}))
    assert "packed in a way we do not open" in refused(zipped(tmp_path, bomb, zipfile.ZIP_BZIP2))


def test_a_size_that_the_zip_lies_about_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "MOST_BYTES", 100_000)
    text = PERSON + " " * 1_000_000
    raw = packed({"Profile.csv": text}).replace(struct.pack("<L", len(text.encode())), struct.pack("<L", 300))
    (tmp_path / "liar.zip").write_bytes(raw)
    assert re.search("larger|broken", refused(tmp_path / "liar.zip"))


def test_a_locked_or_broken_zip_is_refused_by_name(tmp_path: Path) -> None:
    raw = bytearray(packed({"Profile.csv": PERSON}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(raw)
    assert "Profile.csv: it is encrypted" in refused(tmp_path / "locked.zip")
    stored = packed({"Profile.csv": PERSON}, zipfile.ZIP_STORED).replace(b"Staffing", b"Stuffing", 1)
    (tmp_path / "broken.zip").write_bytes(stored)
    assert "Profile.csv: it is broken (Bad CRC-32" in refused(tmp_path / "broken.zip")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_zip_is_read_or_refused_and_never_ends_otherwise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(packed(WHOLE, data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw)
    told = attempt(path)
    assert isinstance(told, tuple) or str(path) in told or re.match(r"[A-Z][a-z]+\.csv( is empty|, line \d)", told)


@given(raw=st.one_of(st.binary(max_size=200), st.text(alphabet='",\n\r \ufeffA\0é', max_size=60).map(str.encode)))
@settings(max_examples=200, deadline=None)
def test_a_file_of_anything_is_read_or_refused_and_never_ends_otherwise(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    files = {"Profile.csv": PERSON, "Connections.csv": PEOPLE.encode() + raw}
    told = attempt(folder(tmp_path_factory.getbasetemp() / "anything", files))
    if isinstance(told, tuple):
        assert [person.names[0] for person in told[1][:2]] == ["Odd Berg", "Eva Lie"]
    else:
        assert told.startswith("Connections.csv, line ")


def test_an_export_is_a_whole_profile_with_yes_and_the_defaults_of_the_questions_without(tmp_path: Path) -> None:
    export, output = zipped(tmp_path, WHOLE), tmp_path / "profile.toml"
    command = [sys.executable, "-m", "pipeline.cli", "profile", "init", "--from", str(export), "--output", str(output)]
    done = subprocess.run([*command, "--yes"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Finds welders, keeps promises" in done.stdout
    assert f"salver people add {export}" in done.stdout
    assert load_profile(output) == MEANT
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    answers = "\n\n+ robots\n"
    done = subprocess.run([*command, "--force"], cwd=ROOT, capture_output=True, text=True, input=answers, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "now: Torill Aas" in done.stdout
    assert load_profile(output) == MEANT.model_copy(update={"industry": ("Staffing", "robots")})
    (tmp_path / "export.zip").write_bytes(export.read_bytes()[:300])
    done = subprocess.run([*command, "--yes", "--force"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert load_profile(output).name == "Torill Aas", "the file before is left alone"
