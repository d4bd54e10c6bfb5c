/* Holds a file open as another program would:  hold.exe MODE FILE [NAME]
 *
 *   shared     as Excel does: others may read
 *   exclusive  nobody else gets in
 *
 * Says `held` when it has it, and lets it go when standard input ends. */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <wchar.h>

int main(void) {
  int count = 0;
  wchar_t** arguments = CommandLineToArgvW(GetCommandLineW(), &count);
  if (arguments == NULL || count != 3) {
    return 2;
  }
  DWORD share = wcscmp(arguments[1], L"shared") == 0 ? FILE_SHARE_READ : 0;
  HANDLE file = CreateFileW(arguments[2], GENERIC_READ | GENERIC_WRITE, share, NULL, OPEN_EXISTING,
                            FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) {
    return 1;
  }
  puts("held");
  fflush(stdout);
  while (getchar() != EOF) {
  }
  CloseHandle(file);
  return 0;
}
