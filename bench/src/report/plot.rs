//! Plots as SVG, written by hand: bars in groups, and lines over time. Plain shapes and text, nothing that a viewer could
//! refuse, on a white ground so that they can be read on any page.

use std::fmt::Write;

/// A plot and the name of its file.
pub(crate) struct Plot {
    pub(crate) name: String,
    pub(crate) title: String,
    scale: Scale,
    drawing: Drawing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Linear,
    Logarithmic,
}

enum Drawing {
    Bars {
        groups: Vec<String>,
        /// A name, and a value for each group.
        series: Vec<(String, Vec<f64>)>,
    },
    Lines {
        x_title: String,
        /// A name, and points from left to right.
        series: Vec<(String, Vec<(f64, f64)>)>,
        /// What happened when.
        marks: Vec<(f64, String)>,
    },
}

impl Plot {
    pub(crate) fn bars(
        name: &str,
        title: &str,
        groups: Vec<String>,
        series: Vec<(String, Vec<f64>)>,
    ) -> Self {
        Self::new(name, title, Drawing::Bars { groups, series })
    }

    pub(crate) fn lines(
        name: &str,
        title: &str,
        x_title: &str,
        series: Vec<(String, Vec<(f64, f64)>)>,
        marks: Vec<(f64, String)>,
    ) -> Self {
        Self::new(name, title, Drawing::Lines { x_title: x_title.to_owned(), series, marks })
    }

    fn new(name: &str, title: &str, drawing: Drawing) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), scale: Scale::Linear, drawing }
    }

    /// With values a power of ten apart at the same distance.
    pub(crate) fn logarithmic(self) -> Self {
        Self { scale: Scale::Logarithmic, ..self }
    }

    /// The whole file.
    pub(crate) fn svg(&self) -> String {
        let mut canvas = Canvas::new(&self.title);
        match &self.drawing {
            Drawing::Bars { groups, series } => {
                canvas.legend(series.iter().map(|(name, _)| name.as_str()));
                let values = series.iter().flat_map(|(_, values)| values.iter().copied());
                let axis = Axis::of(values, self.scale);
                canvas.axis(&axis);
                bars(&mut canvas, &axis, groups, series);
            }
            Drawing::Lines { x_title, series, marks } => {
                canvas.legend(series.iter().map(|(name, _)| name.as_str()));
                let points = || series.iter().flat_map(|(_, points)| points.iter().copied());
                let axis = Axis::of(points().map(|(_, y)| y), self.scale);
                canvas.axis(&axis);
                lines(&mut canvas, &axis, x_title, series, marks);
            }
        }
        canvas.finish()
    }
}

fn bars(canvas: &mut Canvas, axis: &Axis, groups: &[String], series: &[(String, Vec<f64>)]) {
    let group_width = PLOT_WIDTH / groups.len().max(1) as f64;
    let bar_width = (group_width * 0.84 / series.len().max(1) as f64).min(WIDEST_BAR);
    for (nth, group) in groups.iter().enumerate() {
        let middle = LEFT + (nth as f64 + 0.5) * group_width;
        canvas.text(middle, BOTTOM + 18.0, "middle", 12, group);
        let from = middle - bar_width * series.len() as f64 / 2.0;
        for (at, value) in
            series.iter().enumerate().filter_map(|(at, (_, values))| Some((at, *values.get(nth)?)))
        {
            let (x, y) = (from + at as f64 * bar_width, axis.y(value));
            canvas.bar(x + 1.0, y, bar_width - 2.0, at);
            canvas.text(x + bar_width / 2.0, y - 4.0, "middle", 10, &short(value));
        }
    }
}

fn lines(
    canvas: &mut Canvas,
    axis: &Axis,
    x_title: &str,
    series: &[(String, Vec<(f64, f64)>)],
    marks: &[(f64, String)],
) {
    let xs = || series.iter().flat_map(|(_, points)| points.iter().map(|(x, _)| *x));
    let (from, to) = (xs().fold(f64::INFINITY, f64::min), xs().fold(f64::NEG_INFINITY, f64::max));
    if from >= to {
        return;
    }
    let place = |x: f64| LEFT + (x - from) / (to - from) * PLOT_WIDTH;
    let step = nice((to - from) / 8.0);
    let mut tick = (from / step).ceil() * step;
    while tick <= to {
        canvas.text(place(tick), BOTTOM + 16.0, "middle", 10, &short(tick));
        tick += step;
    }
    canvas.text(LEFT + PLOT_WIDTH, BOTTOM + 30.0, "end", 11, x_title);
    for (nth, (x, what)) in marks.iter().enumerate() {
        canvas.mark(place(*x), nth, what);
    }
    for (at, (_, points)) in series.iter().enumerate() {
        canvas.line(points.iter().map(|(x, y)| (place(*x), axis.y(*y))), at);
    }
}

/// Values to heights.
struct Axis {
    scale: Scale,
    least: f64,
    most: f64,
    ticks: Vec<f64>,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64>, scale: Scale) -> Self {
        let values: Vec<f64> = values.filter(|value| value.is_finite() && *value > 0.0).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min).min(1e9);
        let most = values.iter().copied().fold(1e-9, f64::max);
        match scale {
            Scale::Linear => {
                let step = nice(most / 4.0);
                let count = (most * 1.04 / step).ceil();
                let ticks = (0..).map(|nth| f64::from(nth) * step).take_while(|tick| *tick <= count * step);
                Self { scale, least: 0.0, most: count * step, ticks: ticks.collect() }
            }
            Scale::Logarithmic => {
                let (low, high) = ((least * 0.7).log10().floor(), (most * 1.3).log10().ceil());
                let ticks = (0..).map(|nth| low + f64::from(nth)).take_while(|power| *power <= high);
                let ticks = ticks.map(|power| 10f64.powf(power)).collect();
                Self { scale, least: 10f64.powf(low), most: 10f64.powf(high), ticks }
            }
        }
    }

    fn y(&self, value: f64) -> f64 {
        let part = match self.scale {
            Scale::Linear => value / self.most,
            Scale::Logarithmic => {
                (value.max(self.least) / self.least).log10() / (self.most / self.least).log10()
            }
        };
        BOTTOM - part.clamp(0.0, 1.0) * (BOTTOM - TOP)
    }
}

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.max(1e-9).log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .map(|times| times * power)
        .into_iter()
        .find(|nice| *nice >= step)
        .unwrap_or(10.0 * power)
}

/// A value in few characters.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 1e6 => format!("{:.1}M", value / 1e6),
        v if v >= 1e4 => format!("{:.0}k", value / 1e3),
        v if v >= 1e3 => format!("{:.1}k", value / 1e3),
        v if v >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        v if v >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The text of the file while it is written.
struct Canvas(String);

impl Canvas {
    fn new(title: &str) -> Self {
        let mut canvas = Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" font-family=\"Helvetica, Arial, sans-serif\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
        ));
        canvas.text(LEFT, 22.0, "start", 14, title);
        canvas
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        self.0.write_fmt(element).expect("a string takes all");
        self.0.push('\n');
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, size: u32, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#333333\">{text}</text>"
        ));
    }

    fn legend<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let mut x = LEFT;
        for (at, name) in names.enumerate() {
            self.put(format_args!(
                "<rect x=\"{x:.1}\" y=\"34\" width=\"10\" height=\"10\" fill=\"{}\"/>",
                colour(at)
            ));
            self.text(x + 14.0, 43.0, "start", 11, name);
            x += 30.0 + name.chars().count() as f64 * 5.8;
        }
    }

    fn axis(&mut self, axis: &Axis) {
        for tick in &axis.ticks {
            let y = axis.y(*tick);
            let right = LEFT + PLOT_WIDTH;
            self.put(format_args!(
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#e3e3e3\"/>"
            ));
            self.text(LEFT - 6.0, y + 3.5, "end", 10, &short(*tick));
        }
    }

    fn bar(&mut self, x: f64, y: f64, width: f64, at: usize) {
        let height = BOTTOM - y;
        self.put(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\"/>",
            colour(at)
        ));
    }

    fn line(&mut self, points: impl Iterator<Item = (f64, f64)>, at: usize) {
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.put(format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"/>",
            points.join(" "),
            colour(at)
        ));
    }

    fn mark(&mut self, x: f64, nth: usize, what: &str) {
        self.put(format_args!(
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{BOTTOM}\" stroke=\"#888888\" stroke-dasharray=\"4 3\"/>"
        ));
        self.text(x + 4.0, TOP + 10.0 + 13.0 * (nth % 3) as f64, "start", 10, what);
    }

    fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

fn colour(at: usize) -> &'static str {
    COLOURS[at % COLOURS.len()]
}

/// Apart from each other also for those who do not see red and green.
const COLOURS: [&str; 5] = ["#9aa5b1", "#d55e00", "#56b4e9", "#0072b2", "#e69f00"];
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 54.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 300.0;
const PLOT_WIDTH: f64 = WIDTH - LEFT - 16.0;
const WIDEST_BAR: f64 = 64.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(svg: &str) -> Vec<f64> {
        let document = roxmltree::Document::parse(svg).unwrap();
        let bars =
            document.descendants().filter(|node| node.has_tag_name("rect") && node.attribute("x").is_some());
        let tall = bars.filter(|bar| bar.attribute("y") != Some("34"));
        tall.map(|bar| bar.attribute("height").unwrap().parse().unwrap()).collect()
    }

    fn plot(values: &[f64]) -> Plot {
        let groups = values.iter().map(f64::to_string).collect();
        Plot::bars("x", "a < b & c", groups, vec![("side".to_owned(), values.to_vec())])
    }

    #[test]
    fn bars_are_as_high_as_their_values() {
        let found = heights(&plot(&[10.0, 20.0, 0.0]).svg());
        assert!((found[1] - 2.0 * found[0]).abs() < 0.2 && found[2] == 0.0, "{found:?}");
    }

    #[test]
    fn on_a_logarithmic_scale_ratios_are_distances() {
        let found = heights(&plot(&[10.0, 100.0, 1000.0]).logarithmic().svg());
        assert!((found[2] - found[1] - (found[1] - found[0])).abs() < 0.2, "{found:?}");
    }

    #[test]
    fn lines_go_through_their_points_and_nothing_is_drawn_of_nothing() {
        let points = vec![(0.0, 1.0), (1.0, 3.0), (2.0, 2.0)];
        let marks = vec![(1.0, "cut".to_owned())];
        let svg = Plot::lines("x", "x", "s", vec![("side".to_owned(), points)], marks).svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let line = document.descendants().find(|node| node.has_tag_name("polyline")).unwrap();
        assert_eq!(line.attribute("points").unwrap().split(' ').count(), 3);
        let empty = Plot::lines("x", "x", "s", vec![("side".to_owned(), Vec::new())], Vec::new()).svg();
        assert!(roxmltree::Document::parse(&empty).is_ok() && !empty.contains("NaN"));
    }
}
