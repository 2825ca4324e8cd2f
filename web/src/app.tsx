import { AppShell, Burger, Group, NavLink, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Suspense, useMemo, useState } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router';
import { AccountContext } from './account.tsx';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { lazyPage } from './parts/lazy-page.ts';
import { Loading } from './parts/loading.tsx';
import { useSession } from './session/session-context.tsx';
import { Notices } from './shell/notices.tsx';
import { SignInPage } from './shell/sign-in-page.tsx';
import { UserMenu } from './shell/user-menu.tsx';

const PAGES = [
  { path: '/', label: 'Overview', page: lazyPage(() => import('./pages/overview/overview.tsx')) },
  { path: '/keys', label: 'Keys', page: lazyPage(() => import('./pages/keys/keys.tsx')) },
  { path: '/usage', label: 'Usage', page: lazyPage(() => import('./pages/usage/usage.tsx')) },
  { path: '/credits', label: 'Credits', page: lazyPage(() => import('./pages/credits/credits.tsx')) },
  { path: '/activity', label: 'Activity', page: lazyPage(() => import('./pages/activity/activity.tsx')) },
  { path: '/quick-start', label: 'Quick start', page: lazyPage(() => import('./pages/quick-start/quick-start.tsx')) },
  { path: '/reference', label: 'API reference', page: lazyPage(() => import('./pages/reference/reference.tsx')) },
] as const;

const Admin = lazyPage(() => import('./pages/admin/admin.tsx'));
const ADMIN = { path: '/admin', label: 'Admin' };

/** The dashboard: who is not signed in sees the way in, everybody else their account. */
export function App() {
  const { person } = useSession();
  const [viewed, setViewed] = useState<string>();
  const [isOpen, { toggle, close }] = useDisclosure();
  const isNarrow = useMediaQuery('(width < 48em)') ?? false;
  const location = useLocation();
  const own = person?.email ?? '';
  const account = useMemo(
    () => ({ email: viewed ?? own, isReadOnly: viewed !== undefined && viewed !== own, view: setViewed }),
    [viewed, own],
  );
  if (!person) return <SignInPage />;

  const closeOnEscape = ({ key }: { key: string }) => (key === 'Escape' ? close() : undefined);
  const links = person.isAdmin ? [...PAGES, ADMIN] : PAGES;
  return (
    <AccountContext value={account}>
      <a href="#main" className="skip">
        Skip to the page
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding="md"
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap">
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label="Menu"
                aria-expanded={isOpen}
                onKeyDown={closeOnEscape}
              />
              <UnstyledButton component={Link} to="/">
                <Group gap="xs" wrap="nowrap">
                  <img src="/icon.svg" alt="" width={26} height={26} />
                  <Text fw={700} style={{ whiteSpace: 'nowrap' }}>
                    Sensei Keys
                  </Text>
                </Group>
              </UnstyledButton>
            </Group>
            <UserMenu />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar
          p="xs"
          aria-label="Pages"
          data-closed={isOpen ? undefined : true}
          onKeyDown={closeOnEscape}
          style={{ overflowY: 'auto' }}
        >
          {links.map(({ path, label }) => (
            <NavLink
              key={path}
              component={Link}
              to={path}
              label={label}
              active={location.pathname === path}
              aria-current={location.pathname === path ? 'page' : undefined}
              onClick={close}
            />
          ))}
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1} inert={isOpen && isNarrow}>
          <VisuallyHidden role="status">{links.find(({ path }) => path === location.pathname)?.label}</VisuallyHidden>
          <Notices />
          <ErrorBoundary key={location.pathname}>
            <Suspense fallback={<Loading />}>
              <Routes>
                {PAGES.map(({ path, page: Page }) => (
                  <Route key={path} path={path} element={<Page key={account.email} />} />
                ))}
                {person.isAdmin ? <Route path={ADMIN.path} element={<Admin />} /> : null}
                <Route path="*" element={<Navigate to="/" replace />} />
              </Routes>
            </Suspense>
          </ErrorBoundary>
        </AppShell.Main>
      </AppShell>
    </AccountContext>
  );
}
