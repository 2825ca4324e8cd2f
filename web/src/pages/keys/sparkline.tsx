import { Box, Text } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useAccount } from '../../account.tsx';
import { useUsage } from '../../api/queries.ts';
import { formatCount } from '../../parts/format.ts';
import { HEIGHT, pointsOf, WIDTH } from './points.ts';

const DAY_MS = 86_400_000;

/** A key's calls of the last day, asked for while it is in sight. */
export function Sparkline({ keyId, isUsed, name }: { keyId: string; isUsed: boolean; name: string }) {
  const { email } = useAccount();
  const { ref, inViewport } = useInViewport();
  // More than a day, so that it is counted by the hour, and read again no more often than each half minute.
  const usage = useUsage(email, { lastMs: DAY_MS * 1.5 }, { keyId }, { enabled: isUsed && inViewport });
  // Of an account with very many routes it is told by the day alone.
  const hours = usage.data?.granularity === 'hour' ? usage.data.series.slice(-24) : undefined;
  const counts = hours?.map(({ requests }) => requests);
  return (
    <Box ref={ref} miw={WIDTH} mih={HEIGHT}>
      {isUsed && counts ? <Line counts={counts} name={name} /> : <Text c="dimmed">–</Text>}
    </Box>
  );
}

function Line({ counts, name }: { counts: readonly number[]; name: string }) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`${formatCount(total)} calls of ${name}`}>
      <polyline points={pointsOf(counts)} fill="none" stroke="var(--mantine-color-indigo-6)" strokeWidth={1.5} />
    </svg>
  );
}
