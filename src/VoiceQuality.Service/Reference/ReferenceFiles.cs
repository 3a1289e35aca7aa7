using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>Finds files of reference data by their names.</summary>
internal static class ReferenceFiles
{
    /// <summary>Octets of one file that are read at most: five million rows of a tier table fit.</summary>
    private const long Limit = 256L * 1024 * 1024;

    /// <summary>Reads the files, and of each folder every file that ends in .csv.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Octets by kind, and one line for each thing that is wrong.</returns>
    public static async Task<(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files, IReadOnlyList<string> Errors)>
        ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var errors = new List<string>();

        foreach (var path in paths)
        {
            foreach (var file in Expand(path, errors))
            {
                var name = Path.GetFileName(file);
                var kind = Path.GetFileNameWithoutExtension(file).ToLowerInvariant();
                if (ReferenceSchema.Find(kind) is null || !IsCsv(file))
                {
                    errors.Add($"{name}: is no kind of reference data; there are "
                        + $"{string.Join(", ", ReferenceKinds.All.Select(known => known + ReferenceImport.FileEnding))}");
                }
                else if (await ReadFileAsync(file, errors, cancellationToken) is { } octets
                    && !files.TryAdd(kind, octets))
                {
                    errors.Add($"{name}: is named twice; an import has one file of a kind");
                }
            }
        }

        return (files, errors);
    }

    private static string[] Expand(string path, List<string> errors)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                return [path];
            }

            var files = Directory.GetFiles(path).Where(IsCsv).Order(StringComparer.Ordinal).ToArray();
            if (files.Length == 0)
            {
                errors.Add($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}: the folder has no .csv file");
            }

            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"cannot read {path}: {exception.Message}");
            return [];
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadFileAsync(
        string file, List<string> errors, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > Limit })
            {
                errors.Add($"{Path.GetFileName(file)}: is larger than {Limit} octets");
                return null;
            }

            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"cannot read {Path.GetFileName(file)}: {exception.Message}");
            return null;
        }
    }

    private static bool IsCsv(string file) =>
        file.EndsWith(ReferenceImport.FileEnding, StringComparison.OrdinalIgnoreCase);
}
