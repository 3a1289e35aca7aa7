namespace VoiceQuality.Sla.Reference;

/// <summary>The errors of all files, so many of one file and no more.</summary>
internal sealed class ReferenceErrors
{
    public const int MaxPerFile = 1_000;

    private readonly List<ReferenceError> _errors = [];
    private readonly Dictionary<string, int> _perFile = new(StringComparer.Ordinal);

    /// <summary>Errors so far, those beyond the limit too.</summary>
    public long Count { get; private set; }

    public IEnumerable<ReferenceError> InOrder(Func<string, int> orderOf) => _errors
        .OrderBy(error => orderOf(error.File)).ThenBy(error => error.Kind == ReferenceErrorKind.TooMany)
        .ThenBy(error => error.Line);

    public void Add(string file, int line, string column, ReferenceErrorKind kind, string message)
    {
        Count++;
        var known = _perFile[file] = _perFile.GetValueOrDefault(file) + 1;
        if (known <= MaxPerFile)
        {
            _errors.Add(new ReferenceError(file, line, column, kind, message));
        }
        else if (known == MaxPerFile + 1)
        {
            _errors.Add(new ReferenceError(
                file, line, "", ReferenceErrorKind.TooMany,
                $"The file has more than {MaxPerFile} errors; correct these first."));
        }
    }
}
