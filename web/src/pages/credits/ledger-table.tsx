import { Card, Table, Title } from '@mantine/core';
import { useId } from 'react';
import type { CreditEntry } from '../../api/queries.ts';
import { formatCount, formatTime } from '../../parts/format.ts';
import { Empty } from '../../parts/page.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';

const KINDS: Readonly<Record<CreditEntry['kind'], string>> = {
  opening: 'Brought forward',
  grant: 'Given',
  take_back: 'Taken back',
  purchase: 'Bought',
  reversal: 'Refunded',
  reinstatement: 'Reinstated',
  reset: 'New month',
  allowance: 'Another plan',
  spend: 'Spent',
};

const signed = (amount: number): string => (amount > 0 ? `+${formatCount(amount)}` : formatCount(amount));

/** Every movement of credits, newest first. */
export function LedgerTable({ entries }: { entries: readonly CreditEntry[] }) {
  const id = useId();
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm" id={id}>
        Ledger
      </Title>
      {entries.length === 0 ? (
        <Empty title="No entries yet" />
      ) : (
        <ScrollRegion name={{ 'aria-labelledby': id }}>
          <Table className="cards" miw={{ base: 0, sm: 560 }} aria-labelledby={id}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Why</Table.Th>
                <Table.Th className="number">Credits</Table.Th>
                <Table.Th className="number">Left</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map(({ entryId, at, kind, reason, amount, balance }) => (
                <Table.Tr key={entryId}>
                  <Table.Td data-wide style={{ whiteSpace: 'nowrap' }}>
                    {formatTime(at)}
                  </Table.Td>
                  <Table.Td data-label="What">{KINDS[kind]}</Table.Td>
                  <Table.Td data-label="Why" className="name">
                    {reason}
                  </Table.Td>
                  <Table.Td data-label="Credits" className="number">
                    {signed(amount)}
                  </Table.Td>
                  <Table.Td data-label="Left" className="number">
                    {formatCount(balance.total)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
    </Card>
  );
}
