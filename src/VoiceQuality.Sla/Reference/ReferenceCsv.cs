using VoiceQuality.Sla.Export;

namespace VoiceQuality.Sla.Reference;

/// <summary>Writes a document as CSV that a spreadsheet opens without running anything .</summary>
public static class ReferenceCsv
{
    /// <summary>
    /// The columns of the kind in their order, and the rows in theirs. What is written can be imported again.
    /// </summary>
    public static IEnumerable<string> Lines(ReferenceTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var schema = ReferenceSchema.Find(table.Kind)
            ?? throw new ArgumentException("There is no such kind.", nameof(table));
        var header = table.Header.Select(name => name.Trim()).ToList();
        var fieldOf = schema.Columns.Select(column => header.FindIndex(
            name => string.Equals(name, column.Name, StringComparison.OrdinalIgnoreCase))).ToArray();
        yield return string.Join(',', schema.Columns.Select(column => column.Name));

        foreach (var row in table.Rows)
        {
            yield return string.Join(',', fieldOf.Select((field, i) =>
                field < 0 ? "" : Cell(row.Fields[field], schema.Columns[i].Form)));
        }
    }

    private static string Cell(string text, ColumnForm form) => ReferenceText.Canonical(text, form) is var canonical
        && form == ColumnForm.Amount ? canonical : CsvCell.Text(canonical);
}
