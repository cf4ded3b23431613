import { init, type EChartsOption } from 'echarts';

/** A plot as it stands in the page. */
export interface Chart {
  readonly title: string;
  readonly svg: string;
}

/** One line of a plot; points are drawn in the order of x. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A bound that a plot shows across. */
export interface Bound {
  readonly name: string;
  readonly y: number;
}

const width = 860;
const height = 460;
/** Distinguishable in print and by most of the colour-blind (Okabe and Ito, and three greys). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#7f7f7f', '#a0522d'];
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'];

/** Draws lines over a logarithmic x axis as SVG, without script or font of its own. Axis names carry the units. */
export function lineChart(chart: {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly yIsLinear?: boolean;
  readonly lines: readonly Line[];
  readonly bounds?: readonly Bound[];
}): Chart {
  const lines = chart.lines.map((line) => ({
    ...line,
    // A logarithm has no zero.
    points: line.points.filter(([x, y]) => x > 0 && (chart.yIsLinear === true || y > 0)).sort(([a], [b]) => a - b),
  }));
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = [...lines.flatMap(({ points }) => points.map(([, y]) => y)), ...(chart.bounds ?? []).map(({ y }) => y)];
  const axis = { nameLocation: 'middle' as const, nameTextStyle: { fontSize: 14 }, minorSplitLine: { show: false } };
  const label = { fontSize: 13, formatter: axisLabel };
  const option: EChartsOption = {
    animation: false,
    color: colors,
    title: { text: chart.title, left: 'center', top: 4, textStyle: { fontSize: 16 } },
    legend: { top: 36, itemGap: 14, textStyle: { fontSize: 13 } },
    grid: { left: 82, right: 40, top: 98, bottom: 62 },
    xAxis: { type: 'log', ...range(xs), name: chart.xName, nameGap: 34, axisLabel: label, ...axis },
    yAxis: {
      ...(chart.yIsLinear ? { type: 'value', min: 0 } : { type: 'log', ...range(ys) }),
      name: chart.yName,
      nameGap: 58,
      axisLabel: label,
      ...axis,
    },
    series: lines.map(({ name, points }, i) => ({
      type: 'line',
      name,
      data: points.map((point) => [...point]),
      symbol: symbols[i % symbols.length]!,
      symbolSize: 8,
      ...(i === 0 && chart.bounds !== undefined && chart.bounds.length > 0
        ? {
            markLine: {
              symbol: 'none',
              silent: true,
              lineStyle: { color: '#b00020', type: 'dashed' },
              label: { formatter: '{b}', position: 'insideStartTop', fontSize: 13, color: '#b00020' },
              data: chart.bounds.map(({ name: boundName, y }) => ({ name: boundName, yAxis: y })),
            },
          }
        : {}),
    })),
  };
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption(option);
    return { title: chart.title, svg: drawing.renderToSVGString() };
  } finally {
    drawing.dispose();
  }
}

/** Whole decades around the values. */
function range(values: readonly number[]): { min: number; max: number } {
  const min = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const max = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return { min, max: max > min ? max : min * 10 };
}

function axisLabel(value: number): string {
  return value >= 1 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
