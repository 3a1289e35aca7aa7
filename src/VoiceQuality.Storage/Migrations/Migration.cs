using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Storage.Migrations;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Version">1 for the first; ascending.</param>
/// <param name="Name">Name of the file without its number.</param>
/// <param name="Sql">Statements, with line feeds alone between lines.</param>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the statements, lower-case hex.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The steps that are built into this assembly, first to last.</summary>
    public static IReadOnlyList<Migration> BuiltIn { get; } = Load();

    private static List<Migration> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var migrations = new List<Migration>();

        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            // "VoiceQuality.Storage.Migrations.0001_measurements.sql"
            var parts = resource.Split('.');
            if (parts[^1] != "sql")
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            var name = parts[^2];
            migrations.Add(new Migration(int.Parse(name[..4], CultureInfo.InvariantCulture), name[5..], sql));
        }

        return migrations;
    }
}
