import { Card, Table, Title } from '@mantine/core';
import { useId } from 'react';
import type { Usage } from '../../api/queries.ts';
import { formatCount, formatMs, formatShare } from '../../parts/format.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';

const SHOWN = 8;

/** The busiest of some parts of the usage. */
export function StatsTable({
  title,
  column,
  rows,
}: {
  title: string;
  column: string;
  rows: readonly (Usage['totals'] & { readonly name: string })[];
}) {
  const id = useId();
  const busiest = [...rows].sort((a, b) => b.requests - a.requests).slice(0, SHOWN);
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm" id={id}>
        {title}
      </Title>
      <ScrollRegion name={{ 'aria-labelledby': id }}>
        <Table aria-labelledby={id} horizontalSpacing="0.4rem">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{column}</Table.Th>
              <Table.Th className="number">Requests</Table.Th>
              <Table.Th className="number">Errors</Table.Th>
              <Table.Th className="number">p95</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {busiest.map(({ name, requests, errorRate, latencyMs }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names of keys may be the same, and the order is the list's.
              <Table.Tr key={`${name} ${index}`}>
                <Table.Td className="name">{name}</Table.Td>
                <Table.Td className="number">{formatCount(requests)}</Table.Td>
                <Table.Td className="number">{formatShare(errorRate)}</Table.Td>
                <Table.Td className="number">{latencyMs ? formatMs(latencyMs.p95) : '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Card>
  );
}
