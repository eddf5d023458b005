"""Takes the pictures of the web UI that docs/analyst.md and README.md show.

Needs a running `mcode serve` with the ferry survey dropped into its inbox, Chromium, and playwright for Python
(`.venv/bin/python -m pip install playwright`; it is no dependency of the product):

    mkdir "inbox/Kepuasan Penumpang 2026-11"
    cp examples/ferry_satisfaction/{data.xlsx,form.xlsx,plan.yaml} "inbox/Kepuasan Penumpang 2026-11/"
    .venv/bin/python docs/take_pictures.py --url http://127.0.0.1:3000 --into docs/pictures

The picture of a failed run needs one: drop a plan that names a question which does not exist. Pictures whose run
is not there are left out, and said.
"""

from __future__ import annotations

import argparse
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GROUPS = ("ingest", "coding", "tabulation", "delivery")
SCALE = 0.75
"""Pixels of the picture for one of the page: small files, and letters that can still be read."""


def main() -> None:
    """Takes every picture whose page is there."""
    told = argparse.ArgumentParser(description="Takes the pictures of the web UI for the documentation.")
    told.add_argument("--url", default="http://127.0.0.1:3000")
    told.add_argument("--into", type=Path, default=Path(__file__).parent / "pictures")
    told.add_argument("--chromium", default="/usr/bin/chromium")
    told.add_argument("--partition", help="the upload to show; left out: the one of the newest run")
    given = told.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    runs = finished_runs(given.url)
    partition = given.partition or next((run["partition"] for run in runs if run["partition"]), None)
    if partition is None:
        raise SystemExit(f"there is no run of an upload at {given.url}: drop a survey into the inbox first")
    whole = next((r["id"] for r in reversed(runs) if r["ok"] and r["partition"] == partition), None)
    failed = next((r["id"] for r in runs if not r["ok"]), None)
    pictures: dict[str, tuple[int, int, Callable[[Page], None] | None]] = {
        "assets": (1500, 1000, lambda page: show_assets(page, given.url)),
        "partition": (1300, 1640, lambda page: show_partition(page, given.url, partition)),
        "launchpad": (1300, 800, lambda page: show_launchpad(page, given.url, partition)),
        "sensor": (1300, 720, lambda page: opened(page, f"{given.url}{SENSOR}")),
        "run": (1300, 800, (lambda page: show_run(page, given.url, whole)) if whole else None),
        "failed_run": (1300, 660, (lambda page: show_failure(page, given.url, failed)) if failed else None),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        for name, (width, height, show) in pictures.items():
            if show is None:
                print(f"{name}: left out, there is no such run")
                continue
            take(browser, given.into / f"{name}.png", width, height, show)
        browser.close()


SENSOR = "/locations/mcode_pipelines/sensors/inbox_sensor"


def finished_runs(url: str) -> list[dict[str, str | bool | None]]:
    """The runs that ended, the newest first: their id, their upload, and whether they went well."""
    query = "{runsOrError(limit: 100) {... on Runs {results {runId status tags {key value}}}}}"
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/graphql", json.dumps({"query": query}).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the address the caller gave
        found = json.load(answer)["data"]["runsOrError"]["results"]
    return [
        {
            "id": run["runId"],
            "partition": next((t["value"] for t in run["tags"] if t["key"] == "dagster/partition"), None),
            "ok": run["status"] == "SUCCESS",
        }
        for run in found
        if run["status"] in {"SUCCESS", "FAILURE"}
    ]


def take(browser: Browser, into: Path, width: int, height: int, show: Callable[[Page], None]) -> None:
    """One picture of what `show` opens."""
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=SCALE)
    show(page)
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    if into.stem == "assets":  # the graph alone
        clip = {"x": 375, "y": 115, "width": 1080, "height": 690}
    page.screenshot(path=str(into), clip=clip)
    page.close()
    print(f"{into}: {into.stat().st_size / 1024:.0f} kB")


def opened(page: Page, address: str) -> None:
    """Opens an address and waits until the page has come to rest."""
    page.goto(address)
    try:
        page.wait_for_load_state("networkidle", timeout=15_000)
    except TimeoutError:
        print(f"{address} never became quiet; taken as it is")
    page.wait_for_timeout(2_500)


def show_assets(page: Page, url: str) -> None:
    """The lineage graph, its groups open. Opened twice: only a graph that starts without the menu is centred so."""
    groups = "%2C".join(f"global%40global%3A{name}" for name in GROUPS)
    opened(page, f"{url}/asset-groups?expanded={groups}")
    page.get_by_text("Hide navigation").click()
    opened(page, f"{url}/asset-groups?expanded={groups}")


def show_partition(page: Page, url: str, partition: str) -> None:
    """One upload's figures and charts."""
    opened(page, f"{url}/assets/classified_responses?view=partitions&partition={partition}")


def show_launchpad(page: Page, url: str, partition: str) -> None:
    """The launchpad of the whole job, the cursor in a setting so that its explanation shows."""
    opened(page, f"{url}/locations/mcode_pipelines/jobs/process_upload/playground")
    page.get_by_placeholder("Partition").click()
    page.keyboard.type(partition)
    page.wait_for_timeout(1_000)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1_500)
    page.locator(".CodeMirror-line", has_text="codes_per_answer").click()
    page.wait_for_timeout(1_500)


def show_run(page: Page, url: str, run: str) -> None:
    """A run that went well."""
    opened(page, f"{url}/runs/{run}")


def show_failure(page: Page, url: str, run: str) -> None:
    """The failed run with only the event of the stage that failed."""
    opened(page, f"{url}/runs/{run}?logs=type%3ASTEP_FAILURE")


if __name__ == "__main__":
    main()
