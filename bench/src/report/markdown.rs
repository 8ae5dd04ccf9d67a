//! The report as a page: a section for each scenario, with its targets, tables and plots.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Report, Target, table};

/// Writes the page, its plots and all figures into a folder.
pub(crate) fn write(folder: &Path, reports: &[Report], codec: Option<&str>) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    for plot in reports.iter().flat_map(|report| &report.plots) {
        put(&format!("{}.svg", plot.name), &plot.svg())?;
    }
    put("figures.json", &serde_json::to_string_pretty(reports)?)?;
    put("README.md", &page(reports, codec)?)
}

fn page(reports: &[Report], codec: Option<&str>) -> Result<String> {
    let mut page = String::from(
        "# What was measured\n\nWritten by `cargo run --release -p eppgate-bench -- all`; how it is measured, and what \
         the figures can and cannot say, stands in [the bench's README](../README.md). Each figure is the median of the \
         rounds; `spread` is how far the lowest and the highest round are from it. All of it, also what is not shown, is \
         in [figures.json](figures.json).\n",
    );
    if let Some(report) = reports.first() {
        let versions = &report.versions;
        write!(
            page,
            "\neppgate {}, instant-epp {}, {} cores ({}).\n",
            versions.eppgate,
            versions.instant_epp,
            report.cores,
            processor()
        )?;
    }
    let targets =
        || reports.iter().flat_map(|report| report.targets.iter().map(move |target| (report, target)));
    if targets().next().is_some() {
        page.push_str("\n## Targets\n\n| scenario | what | aim | found | |\n|---|---|---|---|---|\n");
    }
    for (report, Target { what, aim, found, met }) in targets() {
        let verdict = if *met { "met" } else { "**missed**" };
        let scenario = report.scenario;
        writeln!(page, "| [{scenario}](#{scenario}) | {what} | {aim} | {found} | {verdict} |")?;
    }
    for report in reports {
        section(&mut page, report)?;
    }
    if let Some(codec) = codec {
        write!(
            page,
            "\n## codec\n\nWhat it costs to write and to read one message.\n\n```text\n{codec}\n```\n"
        )?;
    }
    Ok(page)
}

fn section(page: &mut String, report: &Report) -> Result<()> {
    write!(page, "\n## {}\n\n{}\n", report.scenario, report.about)?;
    for plot in &report.plots {
        write!(page, "\n![{}]({}.svg)\n", plot.title, plot.name)?;
    }
    for rows in [&report.ratios, &report.figures] {
        if !rows.is_empty() {
            write!(page, "\n{}", table::markdown(rows))?;
        }
    }
    if let Some(neighbours) = &report.neighbours {
        write!(page, "\nMeanwhile on the machine: {neighbours}.\n")?;
    }
    if let Some(failure) = report.failure() {
        write!(page, "\n**Not valid:** {failure}\n")?;
    }
    Ok(())
}

/// What the machine says it has.
fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or("unknown", |(_, model)| model.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::{Plot, Row};

    #[test]
    fn the_folder_has_the_page_the_plots_and_the_figures() {
        let mut report = Report::new("rtt", "Far away.", json!({}), "1.2.3");
        report.figures.push(Row::new().text("side", "side", "peer").count("n", "n", 7u64));
        report.at_least("names", 20.0, 19.0, "x");
        report.plots.push(Plot::bars(
            "rtt-20ms",
            "names",
            vec!["4".into()],
            vec![("peer".into(), vec![7.0])],
        ));
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[report], Some("codec: 1")).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let page = read("README.md");
        for part in ["| peer | 7 |", "**missed**", "![names](rtt-20ms.svg)", "codec: 1", "eppgate 1.2.3"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(read("rtt-20ms.svg").starts_with("<svg"));
        let figures: Value = serde_json::from_str(&read("figures.json")).unwrap();
        assert_eq!(figures[0]["figures"][0]["n"], 7);
    }
}
