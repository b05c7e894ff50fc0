import { faulty, type Answerer } from './answer.js';

export const firewallRules: Answerer<'firewall-rules'> = (asked) => ({
  enabled: asked.state.firewall.enabled,
  rules: faulty(asked, 'firewall-rules-missing') ? [] : asked.state.firewall.rules,
});
