using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Sla.Reference;

/// <summary>What became of a row.</summary>
public enum RowChangeKind
{
    /// <summary>The file has a row that was not in force.</summary>
    Added,

    /// <summary>The row has other values.</summary>
    Changed,

    /// <summary>The file has no such row any more.</summary>
    Removed,
}

/// <summary>One row that differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="Line">Line of the new file; of the one in force for a removed row.</param>
/// <param name="Key">What tells the row from others, for people: of a telephone number the last four digits.</param>
/// <param name="Fields">
/// The fields that differ, "rate 0.0120 → 0.0130"; private ones by name alone. Empty for rows added and removed.
/// </param>
public sealed record RowChange(RowChangeKind Kind, int Line, string Key, ImmutableArray<string> Fields);

/// <summary>How a file differs from what is in force.</summary>
/// <param name="Kind">Kind of reference data.</param>
/// <param name="Added">Rows that are new.</param>
/// <param name="Changed">Rows with other values.</param>
/// <param name="Removed">Rows that are gone.</param>
/// <param name="Unchanged">Rows that say the same.</param>
/// <param name="Rows">The first of those that differ: added and changed by line, then removed.</param>
public sealed record ReferenceDiff(
    string Kind, long Added, long Changed, long Removed, long Unchanged, ImmutableArray<RowChange> Rows)
{
    /// <summary>Rows that are told one by one at most.</summary>
    public const int MaxRows = 50;

    /// <summary>Whether no row differs.</summary>
    public bool IsEmpty => Added + Changed + Removed == 0;

    /// <summary>
    /// Compares by key. Both files are read twice at most, and some 60 octets are held for each row in force.
    /// </summary>
    /// <param name="before">What is in force; null when there is nothing of this kind.</param>
    /// <param name="after">The new file, without errors.</param>
    public static ReferenceDiff Of(ReferenceTable? before, ReferenceTable after)
    {
        ArgumentNullException.ThrowIfNull(after);
        var schema = ReferenceSchema.Find(after.Kind)
            ?? throw new ArgumentException("There is no such kind.", nameof(after));
        var old = new Dictionary<UInt128, OldRow>();
        var oldView = before is null ? null : new TableView(before, schema);
        foreach (var row in oldView?.Rows ?? [])
        {
            old[oldView!.KeyHash(row)] = new OldRow(oldView.RowHash(row));
        }

        var (added, changed, unchanged) = (0L, 0L, 0L);
        var view = new TableView(after, schema);
        var shown = new List<RowChange>();
        var wanted = new Dictionary<UInt128, (RowChange Change, ReferenceRow Row)>();
        foreach (var row in view.Rows)
        {
            var key = view.KeyHash(row);
            if (!old.TryGetValue(key, out var was))
            {
                added++;
                Show(RowChangeKind.Added, row, key);
            }
            else
            {
                old[key] = was with { IsSeen = true };
                if (was.Hash == view.RowHash(row))
                {
                    unchanged++;
                }
                else
                {
                    changed++;
                    Show(RowChangeKind.Changed, row, key);
                }
            }
        }

        var removed = old.LongCount(pair => !pair.Value.IsSeen);
        if (removed > 0 || wanted.Count > 0)
        {
            Explain(oldView!, view, old, wanted, shown);
        }

        return new ReferenceDiff(after.Kind, added, changed, removed, unchanged, [.. shown]);

        void Show(RowChangeKind kind, in ReferenceRow row, UInt128 key)
        {
            if (shown.Count >= MaxRows)
            {
                return;
            }

            var change = new RowChange(kind, row.Line, view.KeyText(row), []);
            shown.Add(change);
            if (kind == RowChangeKind.Changed)
            {
                wanted[key] = (change, row);
            }
        }
    }

    // The old values are looked up again for the few rows that are shown.
    private static void Explain(
        TableView oldView,
        TableView view,
        Dictionary<UInt128, OldRow> old,
        Dictionary<UInt128, (RowChange Change, ReferenceRow Row)> wanted,
        List<RowChange> shown)
    {
        foreach (var row in oldView.Rows)
        {
            var key = oldView.KeyHash(row);
            if (wanted.TryGetValue(key, out var pair))
            {
                shown[shown.IndexOf(pair.Change)] = pair.Change with
                {
                    Fields = view.Differences(oldView, row, pair.Row),
                };
            }
            else if (!old[key].IsSeen && shown.Count < MaxRows)
            {
                shown.Add(new RowChange(RowChangeKind.Removed, row.Line, oldView.KeyText(row), []));
            }
        }
    }

    private readonly record struct OldRow(UInt128 Hash, bool IsSeen = false);

    /// <summary>A file by the columns of its kind, whatever their order in it.</summary>
    private sealed class TableView
    {
        private readonly ReferenceSchema _schema;
        private readonly int[] _fieldOf;
        private readonly StringBuilder _text = new();

        public TableView(ReferenceTable table, ReferenceSchema schema)
        {
            _schema = schema;
            Rows = table.Rows.Where(row => row.Fault is null);
            _fieldOf =
            [
                .. schema.Columns.Select(column => table.Header.ToList().FindIndex(
                    name => string.Equals(name.Trim(), column.Name, StringComparison.OrdinalIgnoreCase))),
            ];
        }

        public IEnumerable<ReferenceRow> Rows { get; }

        public UInt128 KeyHash(in ReferenceRow row) => Hash(row, keysOnly: true);

        public UInt128 RowHash(in ReferenceRow row) => Hash(row, keysOnly: false);

        public string KeyText(in ReferenceRow row)
        {
            var parts = new List<string>();
            for (var i = 0; i < _fieldOf.Length; i++)
            {
                if (_schema.Columns[i].IsKey && Cell(row, i) is { Length: > 0 } cell)
                {
                    parts.Add(Shown(_schema.Columns[i], cell));
                }
            }

            return string.Join(' ', parts);
        }

        public ImmutableArray<string> Differences(TableView oldView, ReferenceRow old, ReferenceRow row) =>
        [
            .. Enumerable.Range(0, _fieldOf.Length)
                .Where(i => Cell(row, i) != oldView.Cell(old, i))
                .Select(i => _schema.Columns[i] is { Form: ColumnForm.Private } hidden
                    ? hidden.Name
                    : $"{_schema.Columns[i].Name} {Quoted(oldView, old, i)} → {Quoted(this, row, i)}"),
        ];

        private string Cell(in ReferenceRow row, int column) => _fieldOf[column] < 0
            ? ""
            : ReferenceText.Canonical(row.Fields[_fieldOf[column]], _schema.Columns[column].Form);

        private string Quoted(TableView view, in ReferenceRow row, int column) =>
            view.Cell(row, column) is { Length: > 0 } cell ? Shown(_schema.Columns[column], cell) : "(none)";

        private static string Shown(ReferenceColumn column, string cell) =>
            column.Form == ColumnForm.Number && cell.Length > 4 ? "…" + cell[^4..] : cell;

        private UInt128 Hash(in ReferenceRow row, bool keysOnly)
        {
            _text.Clear();
            for (var i = 0; i < _fieldOf.Length; i++)
            {
                if (!keysOnly || _schema.Columns[i].IsKey)
                {
                    _text.Append(Cell(row, i)).Append('\n');
                }
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString()), hash);
            return BinaryPrimitives.ReadUInt128BigEndian(hash);
        }
    }
}
