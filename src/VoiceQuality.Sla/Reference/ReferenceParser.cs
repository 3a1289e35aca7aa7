using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Reference;

/// <summary>What came of reading reference data.</summary>
/// <param name="Content">The rows that are in order; all of them when there is no error.</param>
/// <param name="Errors">Every error of every file, by file and line; at most 1,000 of one file.</param>
/// <param name="RowCounts">Rows by kind, also those with an error.</param>
public sealed record ReferenceResult(
    ReferenceContent Content,
    ImmutableArray<ReferenceError> Errors,
    IReadOnlyDictionary<string, long> RowCounts);

/// <summary>Reads reference data: every file against every other, and every error of all of them at once.</summary>
/// <remarks>
/// A date counts from its first instant in the account's zone; where a row is of no account (tables, decks and blocks
/// for all accounts, a carrier's trunk), from 00:00 UTC. What ends on a date ends with the first instant of that date.
/// </remarks>
public static class ReferenceParser
{
    /// <summary>Most rows of one file.</summary>
    public const int MaxRows = 5_000_000;

    /// <summary>Reads and checks all files together.</summary>
    /// <param name="tables">At most one of each kind.</param>
    /// <param name="accounts">The accounts that rows may name.</param>
    /// <param name="before">
    /// What is in force now; a rate or program that changes it needs prior notice. Null asks only within the files.
    /// </param>
    public static ReferenceResult Parse(
        IReadOnlyCollection<ReferenceTable> tables, AccountBook accounts, ReferenceContent? before = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(accounts);
        var errors = new ReferenceErrors();
        var components = new ComponentRows();
        var numbers = new NumberRows(components);
        var rates = new RateRows();
        var sheets = new TableRows();
        var others = new TollFreeRows(components, numbers, accounts);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);

        // In this order, what a row names has been read before it.
        foreach (var kind in ReferenceKinds.All)
        {
            foreach (var table in tables.Where(table => table.Kind == kind))
            {
                if (kind == ReferenceKinds.Holidays)
                {
                    sheets.BeginHolidays();
                }

                counts[kind] = ReadTable(
                    table, accounts, errors, ReaderOf(kind, components, numbers, rates, sheets, others));
            }
        }

        foreach (var unknown in tables.Where(table => !ReferenceKinds.All.Contains(table.Kind)))
        {
            errors.Add(unknown.Name, 1, "", ReferenceErrorKind.UnknownKind,
                $"There is no such kind; there are {string.Join(", ", ReferenceKinds.All)}.");
        }

        rates.CheckNotices(before, errors);
        var content = others.AddTo(sheets.AddTo(rates.AddTo(numbers.AddTo(components.AddTo(new ReferenceContent())))));
        var order = tables.Select((table, index) => (table.Name, index))
            .DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        return new ReferenceResult(content, [.. errors.InOrder(file => order.GetValueOrDefault(file))], counts);
    }

    private static Action<RowReader> ReaderOf(
        string kind, ComponentRows components, NumberRows numbers, RateRows rates, TableRows sheets,
        TollFreeRows others) =>
        kind switch
        {
            ReferenceKinds.Components => components.ReadComponent,
            ReferenceKinds.ComponentMrc => components.ReadMrc,
            ReferenceKinds.MrcBilled => components.ReadBilled,
            ReferenceKinds.Numbers => numbers.ReadNumber,
            ReferenceKinds.Trunks => numbers.ReadTrunk,
            ReferenceKinds.Addresses => numbers.ReadAddress,
            ReferenceKinds.Programs => rates.ReadProgram,
            ReferenceKinds.Rates => rates.ReadRate,
            ReferenceKinds.Decks => rates.ReadDeck,
            ReferenceKinds.Tiers => sheets.ReadTier,
            ReferenceKinds.AreaCodes => sheets.ReadAreaCode,
            ReferenceKinds.Holidays => sheets.ReadHoliday,
            ReferenceKinds.TollFree => others.ReadEvent,
            ReferenceKinds.InternationalBlocks => others.ReadBlock,
            ReferenceKinds.InternationalRestricted => others.ReadRestricted,
            ReferenceKinds.InternationalConsents => others.ReadConsent,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), "Not a kind of reference data."),
        };

    private static long ReadTable(
        ReferenceTable table, AccountBook accounts, ReferenceErrors errors, Action<RowReader> read)
    {
        if (table.Fault is { } fault)
        {
            errors.Add(table.Name, 1, "", ReferenceErrorKind.BrokenCsv, fault);
            return 0;
        }

        if (ReadHeader(table, errors) is not { } columns)
        {
            return 0;
        }

        var reader = new RowReader(table.Name, columns, errors, accounts);
        long count = 0;
        foreach (var row in table.Rows)
        {
            if (++count > MaxRows)
            {
                errors.Add(table.Name, row.Line, "", ReferenceErrorKind.TooMany, $"A file has at most {MaxRows} rows.");
                break;
            }

            if (row.Fault is { } broken)
            {
                errors.Add(table.Name, row.Line, "", ReferenceErrorKind.BrokenCsv, broken);
                continue;
            }

            reader.Take(row);
            read(reader);
        }

        return count;
    }

    private static Dictionary<string, int>? ReadHeader(ReferenceTable table, ReferenceErrors errors)
    {
        var schema = ReferenceSchema.Find(table.Kind)!;
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var before = errors.Count;

        if (table.Header.Count == 0)
        {
            errors.Add(table.Name, 1, "", ReferenceErrorKind.MissingColumn,
                $"The file is empty; its first line names the columns {schema.Describe()}.");
            return null;
        }

        for (var i = 0; i < table.Header.Count; i++)
        {
            var name = table.Header[i].Trim();
            if (!schema.Columns.Any(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add(table.Name, 1, $"column {i + 1}", ReferenceErrorKind.UnknownColumn,
                    $"The columns are {schema.Describe()}.");
            }
            else if (!columns.TryAdd(name, i))
            {
                errors.Add(table.Name, 1, name, ReferenceErrorKind.RepeatedColumn, "The column occurs twice.");
            }
        }

        foreach (var column in schema.Columns.Where(column => column.IsRequired && !columns.ContainsKey(column.Name)))
        {
            errors.Add(table.Name, 1, column.Name, ReferenceErrorKind.MissingColumn, "The column is missing.");
        }

        return errors.Count == before ? columns : null;
    }
}
