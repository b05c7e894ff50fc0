/** Advice that several errors share. */
export const openPorts =
  'Open TCP 135, the dynamic RPC ports, 5718 and 5719 in both directions, also in firewalls between the two.';

export const resolveNames =
  'Make each computer able to resolve the other one by the name that was used: DNS, the hosts file, or NetBIOS.';
