using CsvHelper;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Ingest;

/// <summary>What came of reading a usage file.</summary>
/// <param name="Import">The lines, or every error of the rows.</param>
/// <param name="Months">Months of service that the file bills.</param>
internal sealed record UsageFile(UsageImport Import, IReadOnlyList<ServiceMonth> Months);

/// <summary>
/// Reads the billing system's CSV (RFC 4180, UTF-8, comma): columns account, unit, month, kind, amount and number, in
/// any order, named in the first line. Every error is told with its line and column, and values are never quoted.
/// </summary>
internal static class UsageCsvReader
{
    private static readonly string[] Required = ["account", "unit", "month", "kind", "amount"];

    private static readonly string[] Known = [.. Required, "number"];

    // A quote that nobody closes ends with its line, so that it cannot swallow the rows after it.
    private static readonly CsvReaderOptions Options = CsvReaderOptions.Default with
    {
        Separator = ',',
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = false,
        TrackLineNumbers = true,
        MaxRecordSize = 65_536,
        IncludeValuesInExceptions = false,
    };

    /// <summary>Reads and checks all of it.</summary>
    public static UsageFile Read(byte[] csv, AccountBook accounts)
    {
        var errors = new List<UsageError>();

        try
        {
            using var reader = CsvReader.Create(csv, Options);
            var columns = ReadHeader(reader, errors);
            var import = errors.Count > 0
                ? new UsageImport(null, [], 0)
                : UsageBilling.Validate(RowsOf(reader, columns, errors), accounts);

            if (errors.Count == 0 && import.Lines is { } lines)
            {
                return new UsageFile(import, [.. lines.Select(line => line.Month).Distinct().Order()]);
            }

            errors.AddRange(import.Errors);
        }
        catch (CsvFormatException exception)
        {
            errors.Add(new UsageError(
                (int)exception.LineNumber, "", UsageErrorKind.Missing, "The line is not CSV; check its quotes."));
        }

        return new UsageFile(new UsageImport(null, [.. errors.OrderBy(e => e.LineNumber)], 0), []);
    }

    private static Dictionary<string, int> ReadHeader(CsvReader reader, List<UsageError> errors)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        reader.ReadHeader();

        if (reader.Headers.Count == 0)
        {
            errors.Add(new UsageError(1, "", UsageErrorKind.Missing, "The file is empty."));
            return columns;
        }

        for (var i = 0; i < reader.Headers.Count; i++)
        {
            if (!Known.Contains(reader.Headers[i], StringComparer.OrdinalIgnoreCase))
            {
                errors.Add(new UsageError(
                    1, $"column {i + 1}", UsageErrorKind.Missing, $"The columns are {string.Join(", ", Known)}."));
            }
            else if (!columns.TryAdd(reader.Headers[i], i))
            {
                errors.Add(new UsageError(
                    1, reader.Headers[i], UsageErrorKind.DuplicateLine, "The column occurs twice."));
            }
        }

        errors.AddRange(Required.Where(name => !columns.ContainsKey(name))
            .Select(name => new UsageError(1, name, UsageErrorKind.Missing, "The column is missing.")));
        return columns;
    }

    private static IEnumerable<UsageRow> RowsOf(
        CsvReader reader, Dictionary<string, int> columns, List<UsageError> errors)
    {
        while (reader.Read())
        {
            var line = (int)reader.LineNumber;

            if (reader.FieldCount != columns.Count)
            {
                errors.Add(new UsageError(
                    line, "", UsageErrorKind.Missing,
                    $"The line has {reader.FieldCount} fields and the first line {columns.Count}."));
                continue;
            }

            yield return new UsageRow(
                line, Field("account"), Field("unit"), Field("month"), Field("kind"), Field("amount"), Field("number"));
        }

        string? Field(string name) => columns.TryGetValue(name, out var index) ? reader.GetString(index) : null;
    }
}
