import { faulty, type Answerer } from './answer.js';

export const firewallRules: Answerer<'firewall-rules'> = (asked) => ({
  enabled: asked.state.firewall.enabled,
  profiles: (['domain', 'private', 'public'] as const).map((profile) => ({
    profile,
    enabled: asked.state.firewall.enabled,
    localRulesApply: true,
  })),
  rules: faulty(asked, 'firewall-rules-missing') ? [] : asked.state.firewall.rules,
});
