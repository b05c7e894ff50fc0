#!/bin/sh
# login.sh PREFIX: the ForceCommand of an SSH server. It does in a Wine prefix what OpenSSH for Windows does with Windows
# PowerShell as its DefaultShell. SSH_ORIGINAL_COMMAND is the command, or the program of the sftp subsystem.
P=$1
case $SSH_ORIGINAL_COMMAND in
*sftp*)
  # The drive as sftp of OpenSSH for Windows shows it: /C:/...
  T=$(mktemp -d)
  export P T
  unshare -m sh -c 'mount -t tmpfs none "$T" && cd "$T" && mkdir C: usr etc dev && ln -s usr/lib lib && ln -s usr/lib64 lib64 &&
    mount --bind "$P/drive_c" C: && mount --rbind /usr usr && mount --bind /etc etc && mount --bind /dev dev &&
    exec chroot . /usr/lib/openssh/sftp-server -d /C:/users/root'
  code=$?
  rmdir "$T"
  exit $code ;;
esac
cd "$P/drive_c/users/root" || exit 1
# Quoted as CommandLineToArgvW takes it apart again.
line=$(printf '%s' "$SSH_ORIGINAL_COMMAND" | sed -E 's/(\\*)"/\1\1\\"/g; $ s/(\\+)$/\1\1/')
exec env -i PATH=/usr/lib/wine:/usr/bin:/bin HOME=/root LANG=C.UTF-8 $(cat "$P/environment") \
  PUMP_LINE="powershell.exe -c \"$line\"" /usr/lib/wine/wine64 'C:\windows\pump.exe'
