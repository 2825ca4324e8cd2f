import { Button, Menu, useMantineColorScheme } from '@mantine/core';
import { useSession } from '../session/session-context.tsx';

const SCHEMES = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** Who is signed in, the theme, and the way out. */
export function UserMenu() {
  const { person, session } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="subtle" color="gray" c="var(--mantine-color-text)" maw={{ base: 180, sm: 320 }}>
          <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{person?.email}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([scheme, label]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} fw={scheme === colorScheme ? 650 : 400}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider role="presentation" />
        <Menu.Item onClick={() => void session.signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
