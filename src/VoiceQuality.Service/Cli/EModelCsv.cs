using System.Globalization;
using System.Text;
using CsvHelper;
using VoiceQuality.Quality.EModel;

namespace VoiceQuality.Service.Cli;

/// <summary>Scores the rows of a CSV file one by one; a file of any length needs the memory of one row.</summary>
internal static class EModelCsv
{
    private const string OutputHeader = "id,expected,error_field,Ro,Is,Id,Ie_eff,R,MOS,MOS_clamped";
    private const int MaxRowLength = 1 << 20;

    // A quote that nobody closes ends with its line, so that it cannot swallow the rows after it.
    private static readonly CsvReaderOptions Options = CsvReaderOptions.Default with
    {
        Separator = ',',
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = false,
        MaxRecordSize = MaxRowLength,
        IncludeValuesInExceptions = false,
    };

    /// <summary>Reads rows to the end and returns how many there were and how many of them are errors.</summary>
    /// <exception cref="CliException">There is no header, or it lacks a column that the model needs.</exception>
    public static (long Rows, long Errors) Run(Stream input, TextWriter output, EModelDefaults defaults)
    {
        using var reader = CsvReader.Create(input, Options, leaveOpen: true);

        try
        {
            var columns = ReadHeader(reader, defaults);
            output.Write(OutputHeader);
            output.Write('\n');

            return Score(reader, columns, output, defaults);
        }
        catch (CsvFormatException exception)
        {
            throw new CliException($"the CSV input cannot be read: {exception.Message}");
        }
    }

    private static Dictionary<string, int> ReadHeader(CsvReader reader, EModelDefaults defaults)
    {
        reader.ReadHeader();
        if (reader.Headers.Count == 0)
        {
            throw new CliException("the CSV input is empty; its first line must name the columns.");
        }

        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < reader.Headers.Count; i++)
        {
            if (!columns.TryAdd(reader.Headers[i], i))
            {
                throw new CliException($"the CSV input has two columns with the name of column {i + 1}; remove one.");
            }
        }

        // With a column for the model a row may need no more than the wideband parameters.
        var isNarrowband = defaults.Model == Narrowband.ModelName && !columns.ContainsKey("model");
        var required = isNarrowband ? EModelInput.Columns.Select(column => column.Symbol) : EModelInput.WidebandSymbols;
        if (required.FirstOrDefault(symbol => !columns.ContainsKey(symbol)) is { } missing)
        {
            var model = isNarrowband ? Narrowband.ModelName : $"{Wideband.ModelName} and {Fullband.ModelName}";
            throw new CliException($"the CSV input has no column '{missing}', which {model} needs; add it.");
        }

        return columns;
    }

    private static (long Rows, long Errors) Score(
        CsvReader reader, Dictionary<string, int> columns, TextWriter output, EModelDefaults defaults)
    {
        var rows = 0L;
        var errors = 0L;
        var input = new EModelInput(symbol => EModelInput.Parse(Field(reader, columns, symbol)));

        while (reader.Read())
        {
            rows++;
            var result = EModelOutput.Calculate(
                input,
                FieldOr(reader, columns, "model", defaults.Model),
                FieldOr(reader, columns, "policy", defaults.Policy),
                FieldOr(reader, columns, "delay_class", defaults.DelayClass));
            var id = FieldOr(reader, columns, "id", rows.ToString(CultureInfo.InvariantCulture));

            errors += result.ErrorField is null ? 0 : 1;
            Write(output, id, result);
        }

        return (rows, errors);
    }

    private static ReadOnlySpan<byte> Field(CsvReader reader, Dictionary<string, int> columns, string name) =>
        columns.TryGetValue(name, out var index) && index < reader.FieldCount ? reader.GetSpan(index) : [];

    private static string FieldOr(CsvReader reader, Dictionary<string, int> columns, string name, string otherwise) =>
        Field(reader, columns, name) is { IsEmpty: false } field ? Encoding.UTF8.GetString(field) : otherwise;

    private static void Write(TextWriter output, string id, EModelOutput result)
    {
        output.Write(Quote(id));

        if (result.ErrorField is { } field)
        {
            output.Write($",error,{field},,,,,,,\n");
            return;
        }

        var (ro, @is, id_, ieEff, r, mos, clamped) = result.Common;
        output.Write(",ok,");
        foreach (var value in (ReadOnlySpan<double>)[ro, @is, id_, ieEff, r, mos, clamped])
        {
            output.Write(',');
            output.Write(EModelOutput.Format(value));
        }

        output.Write('\n');
    }

    /// <summary>RFC 4180: a field with a comma, quote or line end stands in quotes.</summary>
    private static string Quote(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
