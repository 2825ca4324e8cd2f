import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import { memo } from 'react';
import { Brush } from 'recharts';
import type { Usage } from '../../api/queries.ts';
import { formatCompact, formatCount } from '../../parts/format.ts';
import { barsOf, CHART_HEIGHT } from './series.ts';

const SERIES = [
  { name: 'Served', color: 'indigo.6' },
  { name: 'Refused', color: 'yellow.6' },
  { name: 'Failed', color: 'red.6' },
];

/** Calls over time, by how they ended; the brush below chooses a part of it. It is drawn anew only if the calls are others. */
export default memo(function SeriesChart({
  series,
  granularity,
  totals,
}: Pick<Usage, 'series' | 'granularity' | 'totals'>) {
  const bars = barsOf({ series, granularity });
  const { requests, rejected, errors } = totals;
  return (
    <figure style={{ margin: 0 }}>
      <VisuallyHidden component="figcaption">
        {`${formatCount(requests)} requests in ${bars.length} periods: ${formatCount(rejected)} were refused, ${formatCount(errors)} failed.`}
      </VisuallyHidden>
      <BarChart
        h={CHART_HEIGHT}
        data={bars}
        dataKey="at"
        type="stacked"
        series={SERIES}
        withLegend
        valueFormatter={formatCompact}
        tickLine="none"
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
      >
        <Brush dataKey="at" height={24} stroke="var(--mantine-color-indigo-6)" fill="transparent" travellerWidth={8} />
      </BarChart>
    </figure>
  );
});
