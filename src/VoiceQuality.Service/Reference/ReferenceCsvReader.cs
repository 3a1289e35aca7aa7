using CsvHelper;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>
/// Turns a file into rows of text (RFC 4180, UTF-8, comma). Rows are read as they are asked for, so that a file of
/// hundreds of thousands of rows is never held as text.
/// </summary>
internal static class ReferenceCsvReader
{
    private const string NotCsv = "The line is not CSV; check its quotes.";

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

    /// <summary>The file as a table of its kind.</summary>
    /// <param name="kind">Kind of reference data.</param>
    /// <param name="name">Name as it is told in errors.</param>
    /// <param name="csv">All of it.</param>
    public static ReferenceTable Read(string kind, string name, ReadOnlyMemory<byte> csv)
    {
        try
        {
            using var reader = CsvReader.Create(csv.ToArray(), Options);
            reader.ReadHeader();
            return new ReferenceTable(kind, name, [.. reader.Headers], RowsOf(csv));
        }
        catch (CsvFormatException)
        {
            return new ReferenceTable(kind, name, [], [], NotCsv);
        }
    }

    private static IEnumerable<ReferenceRow> RowsOf(ReadOnlyMemory<byte> csv)
    {
        using var reader = CsvReader.Create(csv.ToArray(), Options);
        reader.ReadHeader();
        var columns = reader.Headers.Count;

        while (true)
        {
            ReferenceRow? row = null;
            int? brokenLine = null;
            try
            {
                row = reader.Read() ? RowOf(reader, columns) : null;
            }
            catch (CsvFormatException broken)
            {
                brokenLine = (int)broken.LineNumber;
            }

            if (brokenLine is { } line)
            {
                // What follows a broken line cannot be told apart any more.
                yield return new ReferenceRow(line, [], NotCsv);
                yield break;
            }

            if (row is not { } known)
            {
                yield break;
            }

            yield return known;
        }
    }

    private static ReferenceRow RowOf(CsvReader reader, int columns)
    {
        var line = (int)reader.LineNumber;
        if (reader.FieldCount != columns)
        {
            return new ReferenceRow(
                line, [], $"The line has {reader.FieldCount} fields and the first line {columns}.");
        }

        var fields = new string[columns];
        for (var i = 0; i < columns; i++)
        {
            fields[i] = reader.GetString(i) ?? "";
        }

        return new ReferenceRow(line, fields);
    }
}
