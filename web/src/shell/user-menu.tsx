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
          <span aria-hidden style={{ marginInlineStart: 6 }}>
            ▾
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}>
          {SCHEMES.map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider role="presentation" />
        <Menu.Item onClick={() => void session.signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
