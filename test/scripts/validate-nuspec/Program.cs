// Holds a nuspec against the schema that NuGet itself carries: what is wrong, a line each; nothing where it is valid.
//   validate-nuspec NUGET.PACKAGING.DLL FILE
using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

string file = args[1];
Assembly packaging = Assembly.LoadFrom(args[0]);
string name = packaging.GetManifestResourceNames().Single(each => each.EndsWith("nuspec.xsd", StringComparison.Ordinal));
using StreamReader reader = new(packaging.GetManifestResourceStream(name)!);
// NuGet puts the namespace of the file into its schema.
string space = XDocument.Load(file).Root!.Name.NamespaceName;
XmlSchemaSet schemas = new();
schemas.Add(XmlSchema.Read(new StringReader(reader.ReadToEnd().Replace("{0}", space)), null)!);
XDocument.Load(file).Validate(schemas, (_, problem) => Console.WriteLine(problem.Message));
Console.WriteLine("read");
