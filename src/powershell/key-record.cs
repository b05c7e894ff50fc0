// What the store records of a certificate's key: CERT_KEY_PROV_INFO, without opening the key.
//
// C# 5 and .NET Framework 4.6.2 only: that is what Add-Type of Windows PowerShell 5.1 compiles.
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DpmPrep
{
    public static class KeyRecord
    {
        const uint KeyProvInfo = 2;
        const int NotFound = unchecked((int)0x80092004);

        [StructLayout(LayoutKind.Sequential)]
        struct ProvInfo
        {
            public IntPtr Container, Provider;
            public uint Type, Flags, ParameterCount;
            public IntPtr Parameters;
            public uint KeySpec;
        }

        [DllImport("crypt32.dll", SetLastError = true)]
        static extern bool CertGetCertificateContextProperty(IntPtr context, uint property, IntPtr data, ref uint size);

        static void Get(IntPtr context, IntPtr data, ref uint size)
        {
            if (!CertGetCertificateContextProperty(context, KeyProvInfo, data, ref size)) throw new Win32Exception(Marshal.GetLastWin32Error());
        }

        // Container, provider, provider type, flags, key type; null where the certificate has no such property.
        public static object[] Read(IntPtr context)
        {
            uint size = 0;
            try { Get(context, IntPtr.Zero, ref size); }
            catch (Win32Exception failure)
            {
                if (failure.NativeErrorCode == NotFound) return null;
                throw;
            }
            IntPtr memory = Marshal.AllocHGlobal((int)size);
            try
            {
                Get(context, memory, ref size);
                var info = (ProvInfo)Marshal.PtrToStructure(memory, typeof(ProvInfo));
                return new object[]
                {
                    Marshal.PtrToStringUni(info.Container), Marshal.PtrToStringUni(info.Provider),
                    (int)info.Type, (int)info.Flags, unchecked((int)info.KeySpec)
                };
            }
            finally { Marshal.FreeHGlobal(memory); }
        }
    }
}
