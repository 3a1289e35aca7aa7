namespace VoiceQuality.Sla.Reference;

/// <summary>One row of a file as text.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Fields">As many as the first line has.</param>
/// <param name="Fault">What is wrong with the line as a whole; null when nothing is.</param>
public readonly record struct ReferenceRow(int Line, IReadOnlyList<string> Fields, string? Fault = null);

/// <summary>One file of reference data as text; its rows are read as they are asked for, and more than once.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Name as it is told in errors.</param>
/// <param name="Header">Names of the columns; empty when the file is.</param>
/// <param name="Rows">The rows after the first line.</param>
/// <param name="Fault">Why not even the first line can be read; null when it can.</param>
public sealed record ReferenceTable(
    string Kind, string Name, IReadOnlyList<string> Header, IEnumerable<ReferenceRow> Rows, string? Fault = null);

/// <summary>What is wrong with a file of reference data.</summary>
public enum ReferenceErrorKind
{
    /// <summary>The file or a line is not CSV.</summary>
    BrokenCsv,

    /// <summary>No kind of this name.</summary>
    UnknownKind,

    /// <summary>A column that the kind does not have.</summary>
    UnknownColumn,

    /// <summary>A column that must be there is not.</summary>
    MissingColumn,

    /// <summary>A column occurs twice.</summary>
    RepeatedColumn,

    /// <summary>A field that must not be empty is.</summary>
    Missing,

    /// <summary>A value outside what the field takes.</summary>
    BadValue,

    /// <summary>There is no such account.</summary>
    UnknownAccount,

    /// <summary>The account has no such unit.</summary>
    UnknownUnit,

    /// <summary>There is no such component, or it is another account's.</summary>
    UnknownComponent,

    /// <summary>The account does not hold the number as a toll-free one.</summary>
    UnknownNumber,

    /// <summary>Another row has the same key.</summary>
    Duplicate,

    /// <summary>Another row is in force at the same time.</summary>
    Overlap,

    /// <summary>Rows contradict each other.</summary>
    Conflict,

    /// <summary>A change that needs prior notice has none (R-46, R-74).</summary>
    NoNotice,

    /// <summary>More rows or more errors than the limit.</summary>
    TooMany,
}

/// <summary>One error of a file. The message quotes no value: one of them may be a telephone number.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Name of the column; empty for the whole line.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">What is wrong and what to do, for the operator.</param>
public sealed record ReferenceError(string File, int Line, string Column, ReferenceErrorKind Kind, string Message)
{
    /// <summary>"components.csv:7: from: …".</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{File}:{Line}: {Column}{(Column.Length > 0 ? ": " : "")}{Message}");
}
