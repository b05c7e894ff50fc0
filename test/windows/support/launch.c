/*
 * Starts one Windows program as a Windows program would: a hidden console of its own and Windows pipes on its three
 * streams. Copies what it writes into files, and ends it, with everything it started, when its time is over.
 *
 *   launch.exe SPEC     SPEC: UTF-8, one "name value" a line:
 *     path FILE, line COMMAND-LINE, folder FOLDER, limit MILLISECONDS, stdin FILE, stdout FILE, stderr FILE,
 *     result FILE, interrupt MILLISECONDS (Ctrl-C on its console after so long, none if absent),
 *     kill MILLISECONDS (ends the program itself, nothing that it started, after so long),
 *     console none (DETACHED_PROCESS: it has no console, as what Node.js starts with `detached`)
 * RESULT is "exit N" or "limit" or "error N"; it is written last. This program's own exit code means nothing.
 */
#define _WIN32_WINNT 0x0A00
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { path, line, folder, limit, input, output, error, result, interrupt, console, killed, names };
static const char *const name[names] = {"path",   "line",   "folder", "limit",    "stdin",
                                        "stdout", "stderr", "result", "interrupt",
                                        "console", "kill"};
static WCHAR *value[names];

static void read_spec(const WCHAR *file) {
  FILE *spec = _wfopen(file, L"rb");
  static char text[200000];
  if (spec == NULL) exit(1);
  while (fgets(text, sizeof text, spec) != NULL) {
    char *space = strchr(text, ' ');
    if (space == NULL) continue;
    *space = 0;
    space[1 + strcspn(space + 1, "\n")] = 0;
    for (int at = 0; at < names; at++) {
      if (strcmp(text, name[at]) != 0) continue;
      int size = MultiByteToWideChar(CP_UTF8, 0, space + 1, -1, NULL, 0);
      value[at] = malloc(size * sizeof(WCHAR));
      MultiByteToWideChar(CP_UTF8, 0, space + 1, -1, value[at], size);
      /* A newline inside an argument is written as U+0001. */
      for (WCHAR *c = value[at]; *c; c++) if (*c == 1) *c = '\n';
    }
  }
  fclose(spec);
}

static void say(const char *what, unsigned long number) {
  WCHAR part[MAX_PATH * 4];
  swprintf(part, MAX_PATH * 4, L"%ls.part", value[result]);
  FILE *file = _wfopen(part, L"wb");
  fprintf(file, "%s %lu", what, number);
  fclose(file);
  MoveFileExW(part, value[result], MOVEFILE_REPLACE_EXISTING);
  exit(0);
}

struct copy { HANDLE from, to; };

static DWORD WINAPI copy(void *parameter) {
  struct copy *job = parameter;
  char bytes[65536];
  DWORD size, written;
  while (ReadFile(job->from, bytes, sizeof bytes, &size, NULL) && size > 0)
    if (!WriteFile(job->to, bytes, size, &written, NULL)) break;
  CloseHandle(job->to);
  return 0;
}

static HANDLE start_copy(HANDLE from, HANDLE to) {
  struct copy *job = malloc(sizeof *job);
  job->from = from;
  job->to = to;
  return CreateThread(NULL, 0, copy, job, 0, NULL);
}

static void pipe_pair(HANDLE *ours, HANDLE *theirs, int they_read) {
  SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
  HANDLE read, write;
  CreatePipe(&read, &write, &inherit, 0);
  *theirs = they_read ? read : write;
  *ours = they_read ? write : read;
  SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0);
}

static HANDLE file_for(const WCHAR *file, int writing) {
  return CreateFileW(file, writing ? GENERIC_WRITE : GENERIC_READ, FILE_SHARE_READ, NULL,
                     writing ? CREATE_ALWAYS : OPEN_EXISTING, 0, NULL);
}

int wmain(int argc, WCHAR **argv) {
  if (argc != 2) return 1;
  read_spec(argv[1]);
  HANDLE ours[3], theirs[3];
  pipe_pair(&ours[0], &theirs[0], 1);
  pipe_pair(&ours[1], &theirs[1], 0);
  pipe_pair(&ours[2], &theirs[2], 0);

  STARTUPINFOW startup = {sizeof startup};
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = theirs[0];
  startup.hStdOutput = theirs[1];
  startup.hStdError = theirs[2];
  PROCESS_INFORMATION process;
  HANDLE job = CreateJobObjectW(NULL, NULL);
  if (!CreateProcessW(value[path], value[line], NULL, NULL, TRUE,
                      (value[console] != NULL ? DETACHED_PROCESS : CREATE_NO_WINDOW) | CREATE_SUSPENDED,
                      NULL, value[folder], &startup, &process))
    say("error", GetLastError());
  /* What outlives a program that is killed must not be in our job. */
  if (value[killed] == NULL) AssignProcessToJobObject(job, process.hProcess);
  ResumeThread(process.hThread);
  for (int at = 0; at < 3; at++) CloseHandle(theirs[at]);

  HANDLE copies[2] = {start_copy(ours[1], file_for(value[output], 1)),
                      start_copy(ours[2], file_for(value[error], 1))};
  if (value[input] != NULL) start_copy(file_for(value[input], 0), ours[0]);
  else CloseHandle(ours[0]);

  DWORD left = wcstoul(value[limit], NULL, 10);
  DWORD wait = WAIT_TIMEOUT;
  if (value[interrupt] != NULL) {
    DWORD before = wcstoul(value[interrupt], NULL, 10);
    wait = WaitForSingleObject(process.hProcess, before);
    left -= before;
    if (wait == WAIT_TIMEOUT) {
      FreeConsole();
      AttachConsole(process.dwProcessId);
      SetConsoleCtrlHandler(NULL, TRUE);
      GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    }
  }
  if (value[killed] != NULL) {
    DWORD before = wcstoul(value[killed], NULL, 10);
    if (WaitForSingleObject(process.hProcess, before) == WAIT_TIMEOUT) {
      TerminateProcess(process.hProcess, 9);
      WaitForSingleObject(process.hProcess, INFINITE);
      say("killed", 0);
    }
  }
  if (wait == WAIT_TIMEOUT) wait = WaitForSingleObject(process.hProcess, left);
  if (wait == WAIT_TIMEOUT) {
    TerminateJobObject(job, 1);
    say("limit", 0);
  }
  /* What it started may hold the pipes: they are not waited for. */
  WaitForMultipleObjects(2, copies, TRUE, 2000);
  DWORD code = 0;
  GetExitCodeProcess(process.hProcess, &code);
  say("exit", code);
  return 0;
}
