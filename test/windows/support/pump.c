/*
 * Starts a Windows program with a hidden console of its own and Windows pipes, and passes this process's own standard
 * streams through them: under Wine they are Linux pipes, as an SSH server gives them, which node.exe and PowerShell do
 * not survive. The command line is in the environment variable PUMP_LINE. Ends with the program's exit code, and ends
 * the program, with what it started in its job, when it is ended itself.
 */
#define _WIN32_WINNT 0x0A00
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

struct copy { HANDLE from, to; };

static DWORD WINAPI copy(void *parameter) {
  struct copy *job = parameter;
  char bytes[65536];
  DWORD size, written, at;
  while (ReadFile(job->from, bytes, sizeof bytes, &size, NULL) && size > 0)
    for (at = 0; at < size; at += written)
      if (!WriteFile(job->to, bytes + at, size - at, &written, NULL)) goto end;
end:
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
  CreatePipe(&read, &write, &inherit, 1 << 16);
  *theirs = they_read ? read : write;
  *ours = they_read ? write : read;
  SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0);
}

int wmain(void) {
  static WCHAR line[300000];
  DWORD length = GetEnvironmentVariableW(L"PUMP_LINE", line, 300000);
  if (length == 0 || length >= 300000) {
    fprintf(stderr, "pump: no PUMP_LINE\n");
    return 125;
  }
  SetEnvironmentVariableW(L"PUMP_LINE", NULL);
  HANDLE own[3] = {GetStdHandle(STD_INPUT_HANDLE), GetStdHandle(STD_OUTPUT_HANDLE), GetStdHandle(STD_ERROR_HANDLE)};
  for (int at = 0; at < 3; at++) SetHandleInformation(own[at], HANDLE_FLAG_INHERIT, 0);
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
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {0};
  limit.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof limit);
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, NULL, &startup, &process)) {
    fprintf(stderr, "pump: error %lu\n", GetLastError());
    return 126;
  }
  AssignProcessToJobObject(job, process.hProcess);
  ResumeThread(process.hThread);
  for (int at = 0; at < 3; at++) CloseHandle(theirs[at]);
  HANDLE copies[2] = {start_copy(ours[1], own[1]), start_copy(ours[2], own[2])};
  start_copy(own[0], ours[0]);
  WaitForSingleObject(process.hProcess, INFINITE);
  /* What it started may hold the pipes: they are not waited for. */
  WaitForMultipleObjects(2, copies, TRUE, 2000);
  DWORD code = 1;
  GetExitCodeProcess(process.hProcess, &code);
  /* Linux sees 8 bits: 256 must not become 0. */
  ExitProcess(code > 255 && (code & 255) == 0 ? 1 : code);
}
