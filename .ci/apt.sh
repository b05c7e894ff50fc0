#!/usr/bin/env bash
# Debian packages that the checks use beside Node.js. Each only where it is missing.
set -euo pipefail
# wine64, the cross compiler and osslsigncode: test:windows. iproute2 and nftables: test:netns.
# ansible to openssh-server: test:fleet. zsh and fish: their completion scripts, gnutls-bin and libnss3-tools: their
# certificate files, prometheus: its promtool for the metrics of audit, in the default suite.
packages=(
  openssl gnutls-bin libnss3-tools tmux zsh fish prometheus
  wine64 gcc-mingw-w64-x86-64 osslsigncode
  iproute2 nftables
  ansible ansible-lint yamllint openssh-client openssh-server
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
