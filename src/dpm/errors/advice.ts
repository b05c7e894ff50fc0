/** Advice that several errors share. */
export const openPorts =
  'Open TCP 135, the dynamic RPC ports and TCP 5718 in both directions, also in firewalls between the two computers. A push installation also needs TCP 5719.';

export const resolveNames =
  'Make sure that each computer resolves the name of the other one, in the form that was used: DNS, the hosts file, or NetBIOS.';
