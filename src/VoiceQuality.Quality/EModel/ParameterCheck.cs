namespace VoiceQuality.Quality.EModel;

/// <summary>Checks parameters in the order of Table 3's columns and remembers the first that is wrong.</summary>
internal ref struct ParameterCheck(ParameterPolicy policy)
{
    /// <summary>The symbol of the first parameter outside its domain, or null.</summary>
    public string? ErrorField { get; private set; }

    /// <summary>
    /// The symbol of the first parameter outside its strict range; it explains a result that overflowed.
    /// </summary>
    public string? OutsideTable { get; private set; }

    /// <summary>Accepts lo to hi under the strict policy and anything finite otherwise.</summary>
    public void Range(string symbol, double value, double lo, double hi) =>
        Range(symbol, value, lo, hi, double.MinValue, double.MaxValue);

    /// <summary>Accepts lo to hi under the strict policy and wideLo to wideHi under the extended one.</summary>
    public void Range(string symbol, double value, double lo, double hi, double wideLo, double wideHi)
    {
        // NaN fails every comparison and infinity the last one, under either policy.
        var inTable = value >= lo && value <= hi;
        var inDomain = value >= wideLo && value <= wideHi;

        if (!inTable)
        {
            OutsideTable ??= symbol;
        }

        if (!(policy == ParameterPolicy.Strict ? inTable : inDomain))
        {
            ErrorField ??= symbol;
        }
    }
}
