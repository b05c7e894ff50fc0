// Starts a tool on the console of this process and types the password when it asks.
//
// C# 5 and .NET Framework 4.6 only: that is what Add-Type of Windows PowerShell 5.1 compiles.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

namespace DpmPrep
{
    public sealed class ConsoleToolResult
    {
        // "ended": by itself. "no-end": silent for too long, stopped. "refused": not started, see Error.
        public string Ending = "refused";
        public long ExitCode;
        public int ProcessId;
        // How often the password was typed.
        public int Answers;
        // True where the last thing on the screen was a choice such as (Y/N), which no password answers.
        public bool AskedChoice;
        // The last bytes of what the tool wrote, standard output and standard error together.
        public byte[] Output = new byte[0];
        public int OutputCodePage;
        // What the tool wrote on the console itself, past its standard output.
        public string[] Screen = new string[0];
        public string Error = "";
    }

    public sealed class ConsoleToolRequest
    {
        public string Path;
        public string[] Arguments;
        public string Folder;
        public string Password;
        // The password is typed at most so often.
        public int MaxAnswers;
        // A tool that prints nothing for this long is stopped.
        public int SilenceMs;
        // Text without a line end, then so long nothing: a question. A tool that works shows such text, too
        // ("Configuring ..."), so where the console still echoes what is typed the wait is longer.
        public int QuietMs;
        public int QuietEchoMs;
    }

    public static class ConsoleTool
    {
        const string Hidden = "[hidden]";
        const uint GenericReadWrite = 0xC0000000;
        const uint ShareReadWrite = 3;
        const uint OpenExisting = 3;
        const int UseStdHandles = 0x100;
        const uint UnicodeEnvironment = 0x400;
        const uint EchoInput = 4;
        const ushort KeyEvent = 1;
        const int MaxOutput = 262144;
        // A tool that waits for keys takes them within this time.
        const int ReadingMs = 300;
        static readonly IntPtr Invalid = new IntPtr(-1);

        [StructLayout(LayoutKind.Sequential)]
        struct SecurityAttributes
        {
            public int Length;
            public IntPtr Descriptor;
            public int Inherit;
        }

        [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
        struct StartupInfo
        {
            public int Size;
            public string Reserved;
            public string Desktop;
            public string Title;
            public int X, Y, Width, Height, WidthChars, HeightChars, Fill, Flags;
            public short ShowWindow, Reserved2Size;
            public IntPtr Reserved2, Input, Output, Error;
        }

        [StructLayout(LayoutKind.Sequential)]
        struct ProcessInformation
        {
            public IntPtr Process, Thread;
            public int ProcessId, ThreadId;
        }

        [StructLayout(LayoutKind.Explicit, Size = 20)]
        struct InputRecord
        {
            [FieldOffset(0)] public ushort Type;
            [FieldOffset(4)] public int KeyDown;
            [FieldOffset(8)] public ushort Repeat;
            [FieldOffset(10)] public ushort KeyCode;
            [FieldOffset(12)] public ushort ScanCode;
            [FieldOffset(14)] public ushort Character;
            [FieldOffset(16)] public uint Control;
        }

        [StructLayout(LayoutKind.Sequential)]
        struct ScreenInfo
        {
            public short Width, Height, CursorX, CursorY;
            public ushort Attributes;
            public short Left, Top, Right, Bottom, MaxWidth, MaxHeight;
        }

        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern IntPtr CreateFileW(string name, uint access, uint share, ref SecurityAttributes security, uint how, uint flags, IntPtr template);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool CreatePipe(out IntPtr read, out IntPtr write, ref SecurityAttributes security, int size);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool SetHandleInformation(IntPtr handle, uint mask, uint flags);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool CloseHandle(IntPtr handle);
        [DllImport("kernel32")]
        static extern IntPtr GetStdHandle(int which);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool CreateProcessW(string path, StringBuilder commandLine, IntPtr processSecurity, IntPtr threadSecurity, bool inherit, uint flags, IntPtr environment, string folder, ref StartupInfo startup, out ProcessInformation process);
        [DllImport("kernel32", SetLastError = true)]
        static extern uint WaitForSingleObject(IntPtr handle, uint milliseconds);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool GetExitCodeProcess(IntPtr process, out uint code);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool TerminateProcess(IntPtr process, uint code);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool ReadFile(IntPtr file, byte[] buffer, int size, out int read, IntPtr overlapped);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool GetConsoleMode(IntPtr console, out uint mode);
        [DllImport("kernel32")]
        static extern uint GetConsoleOutputCP();
        [DllImport("kernel32")]
        static extern uint GetConsoleCP();
        [DllImport("kernel32")]
        static extern uint GetOEMCP();
        [DllImport("kernel32")]
        static extern uint GetACP();
        [DllImport("kernel32", CharSet = CharSet.Unicode)]
        static extern int WideCharToMultiByte(uint page, uint flags, string text, int length, byte[] bytes, int size, IntPtr other, IntPtr used);
        [DllImport("kernel32", CharSet = CharSet.Unicode)]
        static extern int MultiByteToWideChar(uint page, uint flags, byte[] bytes, int length, [Out] char[] text, int size);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool WriteConsoleInputW(IntPtr console, InputRecord[] records, int count, out int written);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool PeekConsoleInputW(IntPtr console, [Out] InputRecord[] records, int count, out int read);
        [DllImport("kernel32", SetLastError = true)]
        static extern bool GetConsoleScreenBufferInfo(IntPtr console, out ScreenInfo info);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool ReadConsoleOutputCharacterW(IntPtr console, [Out] char[] text, int count, uint from, out int read);

        /// <summary>
        /// Runs the tool to its end, or until it was silent for SilenceMs. Its standard input is the console of this
        /// process, its output a pipe. A tool that reads standard input, the console or CONIN$ gets the same keys.
        /// </summary>
        public static ConsoleToolResult Run(ConsoleToolRequest request)
        {
            ConsoleToolResult result = new ConsoleToolResult();
            IntPtr input = OpenConsole("CONIN$");
            IntPtr screen = OpenConsole("CONOUT$");
            if (input == Invalid || screen == Invalid)
            {
                result.Error = "This process has no console (" + LastError() + ").";
                return result;
            }
            IntPtr read, write;
            SecurityAttributes inherited = Inherited();
            if (!CreatePipe(out read, out write, ref inherited, 0))
            {
                result.Error = "No pipe could be made (" + LastError() + ").";
                return result;
            }
            SetHandleInformation(read, 1, 0);
            SetHandleInformation(screen, 1, 0);
            // Our own pipes stay ours: a program that outlives the tool must not hold them open.
            for (int which = -12; which <= -10; which++) SetHandleInformation(GetStdHandle(which), 1, 0);

            StartupInfo startup = new StartupInfo();
            startup.Size = Marshal.SizeOf(typeof(StartupInfo));
            startup.Flags = UseStdHandles;
            startup.Input = input;
            startup.Output = write;
            startup.Error = write;
            ProcessInformation process;
            StringBuilder commandLine = new StringBuilder(CommandLine(request.Path, request.Arguments));
            bool started = CreateProcessW(request.Path, commandLine, IntPtr.Zero, IntPtr.Zero, true, UnicodeEnvironment, IntPtr.Zero, request.Folder, ref startup, out process);
            string failure = LastError();
            CloseHandle(write);
            if (!started)
            {
                result.Error = "The tool could not be started (" + failure + ").";
                return result;
            }
            CloseHandle(process.Thread);
            result.ProcessId = process.ProcessId;
            // Heard at once, not with the result: whoever started us must know what outlives us.
            Console.Out.WriteLine("dpm-prep:started:" + Convert.ToBase64String(Encoding.UTF8.GetBytes(result.ProcessId.ToString())));
            Feed(request, result, process.Process, input, screen, new Output(read));
            CloseHandle(process.Process);
            CloseHandle(input);
            CloseHandle(screen);
            return result;
        }

        static void Feed(ConsoleToolRequest request, ConsoleToolResult result, IntPtr process, IntPtr input, IntPtr screen, Output output)
        {
            ScreenInfo first, before;
            GetConsoleScreenBufferInfo(screen, out first);
            before = first;
            long seen = 0;
            int changed = Environment.TickCount;
            bool asked = false;
            int typed = 0;
            int typings = 0;
            // The last answer was typed, but the tool was not reading: the text before it was not a question.
            bool early = false;
            result.Ending = "ended";
            while (WaitForSingleObject(process, 50) != 0)
            {
                ScreenInfo now;
                GetConsoleScreenBufferInfo(screen, out now);
                long count = output.Count;
                if (count != seen || now.CursorX != before.CursorX || now.CursorY != before.CursorY)
                {
                    seen = count;
                    before = now;
                    changed = Environment.TickCount;
                    asked = false;
                    continue;
                }
                int quiet = unchecked(Environment.TickCount - changed);
                if (quiet >= request.SilenceMs)
                {
                    result.Ending = "no-end";
                    TerminateProcess(process, 1);
                    WaitForSingleObject(process, 5000);
                    break;
                }
                if (typings > 0 && unchecked(Environment.TickCount - typed) < ReadingMs) early = HasKeys(input);
                int answers = early ? result.Answers - 1 : result.Answers;
                if (answers >= request.MaxAnswers || typings >= request.MaxAnswers + 2) continue;
                bool echo = Echoes(input);
                // A C program whose output is a pipe keeps its questions to itself until it ends. So with nothing new
                // to be seen, an echo that is off again after the keys were read is the second question.
                if (asked && (echo || typings == 0 || unchecked(Environment.TickCount - typed) < 2 * request.QuietMs)) continue;
                bool openLine = output.EndsOpen || (now.CursorX != 0 && (now.CursorX != first.CursorX || now.CursorY != first.CursorY));
                // A tool that turned the echo off waits for a secret, whatever it printed, and wherever.
                if (quiet < (echo ? request.QuietEchoMs : request.QuietMs) || (echo && !openLine)) continue;
                asked = true;
                if (HasKeys(input)) continue;
                if (IsChoice(output.LastLine()) || IsChoice(LastOf(ScreenLines(screen, first, now))))
                {
                    result.AskedChoice = true;
                    continue;
                }
                Type(input, request.Password + "\r");
                result.Answers = answers + 1;
                typed = Environment.TickCount;
                typings++;
            }
            uint code = 0;
            GetExitCodeProcess(process, out code);
            result.ExitCode = code;
            output.WaitForEnd(1000);
            ScreenInfo last;
            GetConsoleScreenBufferInfo(screen, out last);
            result.OutputCodePage = (int)GetConsoleOutputCP();
            result.Output = Hide(output.Bytes(), request.Password);
            result.Screen = ScreenLines(screen, first, last);
            for (int at = 0; at < result.Screen.Length; at++) result.Screen[at] = Hide(result.Screen[at], request.Password);
        }

        // Reads the pipe to its end; keeps the last MaxOutput bytes.
        sealed class Output
        {
            readonly IntPtr pipe;
            readonly List<byte> bytes = new List<byte>();
            readonly ManualResetEvent end = new ManualResetEvent(false);
            long count;

            public Output(IntPtr read)
            {
                pipe = read;
                Thread reader = new Thread(ReadAll);
                reader.IsBackground = true;
                reader.Start();
            }

            void ReadAll()
            {
                byte[] part = new byte[4096];
                int size;
                while (ReadFile(pipe, part, part.Length, out size, IntPtr.Zero) && size >= 0)
                {
                    lock (bytes)
                    {
                        for (int at = 0; at < size; at++) bytes.Add(part[at]);
                        if (bytes.Count > 2 * MaxOutput) bytes.RemoveRange(0, bytes.Count - MaxOutput);
                        count += size;
                    }
                }
                end.Set();
            }

            public long Count { get { lock (bytes) return count; } }

            // Whether the last line has no end yet. NUL bytes at the end do not count: output may be UTF-16.
            public bool EndsOpen
            {
                get
                {
                    lock (bytes)
                    {
                        int at = bytes.Count - 1;
                        while (at >= 0 && bytes[at] == 0) at--;
                        return at >= 0 && bytes[at] != 10 && bytes[at] != 13;
                    }
                }
            }

            public string LastLine()
            {
                lock (bytes)
                {
                    StringBuilder line = new StringBuilder();
                    for (int at = bytes.Count - 1; at >= 0 && line.Length < 400 && bytes[at] != 10 && bytes[at] != 13; at--)
                        if (bytes[at] != 0) line.Insert(0, (char)bytes[at]);
                    return line.ToString();
                }
            }

            public void WaitForEnd(int milliseconds) { end.WaitOne(milliseconds); }

            public byte[] Bytes()
            {
                lock (bytes)
                {
                    int from = Math.Max(0, bytes.Count - MaxOutput);
                    return bytes.GetRange(from, bytes.Count - from).ToArray();
                }
            }
        }

        // The password as a tool may have printed it: in a code page that lacks some of its characters, they are others.
        static byte[] Hide(byte[] output, string password)
        {
            byte[] hidden = output;
            foreach (int page in CodePages()) hidden = Hide(hidden, Encode(password, page), Encoding.ASCII.GetBytes(Hidden));
            return Hide(hidden, Encoding.Unicode.GetBytes(password), Encoding.Unicode.GetBytes(Hidden));
        }

        static string Hide(string line, string password)
        {
            string hidden = password.Length == 0 ? line : line.Replace(password, Hidden);
            foreach (int page in CodePages())
            {
                string seen = Decode(Encode(password, page), page);
                if (seen.Length > 0) hidden = hidden.Replace(seen, Hidden);
            }
            return hidden;
        }

        static int[] CodePages()
        {
            return new int[] { (int)GetConsoleOutputCP(), (int)GetConsoleCP(), (int)GetOEMCP(), (int)GetACP(), 65001 };
        }

        static byte[] Hide(byte[] text, byte[] secret, byte[] instead)
        {
            if (secret.Length == 0) return text;
            List<byte> hidden = new List<byte>();
            for (int at = 0; at < text.Length; at++)
            {
                int same = 0;
                while (same < secret.Length && at + same < text.Length && text[at + same] == secret[same]) same++;
                if (same < secret.Length)
                {
                    hidden.Add(text[at]);
                    continue;
                }
                hidden.AddRange(instead);
                at += secret.Length - 1;
            }
            return hidden.ToArray();
        }

        static byte[] Encode(string text, int page)
        {
            byte[] bytes = new byte[text.Length * 4];
            int size = WideCharToMultiByte((uint)page, 0, text, text.Length, bytes, bytes.Length, IntPtr.Zero, IntPtr.Zero);
            Array.Resize(ref bytes, size);
            return bytes;
        }

        static string Decode(byte[] bytes, int page)
        {
            char[] text = new char[bytes.Length];
            int size = MultiByteToWideChar((uint)page, 0, bytes, bytes.Length, text, text.Length);
            return new string(text, 0, size);
        }

        static SecurityAttributes Inherited()
        {
            SecurityAttributes security = new SecurityAttributes();
            security.Length = Marshal.SizeOf(typeof(SecurityAttributes));
            security.Inherit = 1;
            return security;
        }

        static IntPtr OpenConsole(string name)
        {
            SecurityAttributes security = Inherited();
            return CreateFileW(name, GenericReadWrite, ShareReadWrite, ref security, OpenExisting, 0, IntPtr.Zero);
        }

        static string LastError()
        {
            int code = Marshal.GetLastWin32Error();
            return "Windows error " + code + ": " + new Win32Exception(code).Message.Trim().TrimEnd('.');
        }

        // Quoted as CommandLineToArgvW and the C run-time library take it apart.
        static string CommandLine(string path, string[] arguments)
        {
            StringBuilder line = new StringBuilder("\"" + path + "\"");
            foreach (string argument in arguments)
            {
                line.Append(' ');
                if (argument.Length > 0 && argument.IndexOfAny(new char[] { ' ', '\t', '\n', '\v', '"' }) < 0)
                {
                    line.Append(argument);
                    continue;
                }
                line.Append('"');
                int backslashes = 0;
                foreach (char character in argument)
                {
                    if (character == '"') line.Append('\\', backslashes + 1);
                    backslashes = character == '\\' ? backslashes + 1 : 0;
                    line.Append(character);
                }
                line.Append('\\', backslashes).Append('"');
            }
            return line.ToString();
        }

        static bool Echoes(IntPtr input)
        {
            uint mode;
            return !GetConsoleMode(input, out mode) || (mode & EchoInput) != 0;
        }

        // Keys that were typed and not read yet. The release of the last key often stays behind and does not count.
        static bool HasKeys(IntPtr input)
        {
            InputRecord[] waiting = new InputRecord[64];
            int count;
            if (!PeekConsoleInputW(input, waiting, waiting.Length, out count)) return false;
            for (int at = 0; at < count; at++)
                if (waiting[at].Type == KeyEvent && waiting[at].KeyDown != 0 && waiting[at].Character != 0) return true;
            return false;
        }

        static void Type(IntPtr input, string text)
        {
            List<InputRecord> keys = new List<InputRecord>();
            foreach (char character in text)
            {
                for (int down = 1; down >= 0; down--)
                {
                    InputRecord key = new InputRecord();
                    key.Type = KeyEvent;
                    key.KeyDown = down;
                    key.Repeat = 1;
                    key.KeyCode = (ushort)(character == '\r' ? 13 : 0);
                    key.ScanCode = (ushort)(character == '\r' ? 28 : 0);
                    key.Character = character;
                    keys.Add(key);
                }
            }
            InputRecord[] records = keys.ToArray();
            int written;
            WriteConsoleInputW(input, records, records.Length, out written);
        }

        // "(Y/N)", "[J/N]:", "(O/N) ?" at the end of a line, in whatever alphabet.
        static bool IsChoice(string line)
        {
            return Regex.IsMatch(line, @"[(\[]\s*[^\s/()\[\]]{1,12}\s*[/|]\s*[^\s()\[\]]{1,24}\s*[)\]]\s*[:?]?\s*$");
        }

        static string LastOf(string[] lines)
        {
            return lines.Length == 0 ? "" : lines[lines.Length - 1];
        }

        // The text on the console between two positions of the cursor. A full row continues in the next one.
        static string[] ScreenLines(IntPtr screen, ScreenInfo from, ScreenInfo to)
        {
            List<string> lines = new List<string>();
            bool goesOn = false;
            for (int row = Math.Max(from.CursorY, to.CursorY - 200); row <= to.CursorY; row++)
            {
                char[] text = new char[to.Width];
                int read;
                if (!ReadConsoleOutputCharacterW(screen, text, text.Length, (uint)(row << 16), out read)) break;
                string whole = new string(text, 0, read);
                string line = row == from.CursorY ? whole.Substring(Math.Min(from.CursorX, read)) : whole;
                bool full = line.Length > 0 && line[line.Length - 1] != ' ';
                line = line.TrimEnd(' ', '\0');
                if (goesOn) lines[lines.Count - 1] += line;
                else lines.Add(line);
                goesOn = full;
            }
            while (lines.Count > 0 && lines[lines.Count - 1].Length == 0) lines.RemoveAt(lines.Count - 1);
            return lines.ToArray();
        }
    }
}
