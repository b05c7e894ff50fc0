/* Prints its arguments as UTF-8, each ended by a NUL: what arrived, byte for byte. */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>

int wmain(int argc, WCHAR **argv) {
  static char text[200000];
  _setmode(_fileno(stdout), _O_BINARY);
  for (int at = 1; at < argc; at++) {
    int size = WideCharToMultiByte(CP_UTF8, 0, argv[at], -1, text, sizeof text, NULL, NULL);
    fwrite(text, 1, size, stdout);
  }
  return 0;
}
