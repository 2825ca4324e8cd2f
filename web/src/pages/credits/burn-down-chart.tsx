import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import { formatCompact } from '../../parts/format.ts';
import type { Point } from './projection.ts';

const SERIES = [
  { name: 'Left', color: 'indigo.6' },
  { name: 'Projected', color: 'gray.6', strokeDasharray: '4 4' },
];

/** Credits left, day by day, and how they would go on. */
export default function BurnDownChart({ points }: { points: Point[] }) {
  return (
    <LineChart
      h={240}
      data={points}
      dataKey="at"
      series={SERIES}
      curveType="linear"
      withDots={false}
      withLegend
      tickLine="none"
      valueFormatter={formatCompact}
      lineProps={{ isAnimationActive: false }}
      lineChartProps={{ accessibilityLayer: false }}
      aria-hidden
    />
  );
}
