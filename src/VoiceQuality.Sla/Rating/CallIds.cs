using System.Globalization;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// The ids of one call, or of a run of identical calls: a run "id" of n calls stands for "id-0001" to "id-n". They are
/// ordered as texts, octet by octet.
/// </summary>
/// <param name="Id">Id of the call, or what the ids of the run begin with.</param>
/// <param name="RunLength">Number of calls of the run, 1 or more; null for one call.</param>
public readonly record struct CallIds(string Id, long? RunLength = null)
{
    private const int PaddedDigits = 4;
    private const long FirstUnpadded = 10_000;

    /// <summary>Number of calls.</summary>
    public long Count => RunLength ?? 1;

    /// <summary>The first id in the order of texts.</summary>
    internal string First => RunLength is null ? Id : Member(1);

    /// <summary>The last id in the order of texts.</summary>
    internal string Last => FromLast().First();

    /// <summary>The ids from the last to the first in the order of texts, made one at a time.</summary>
    internal IEnumerable<string> FromLast()
    {
        if (RunLength is not { } length)
        {
            return [Id];
        }

        var ids = this;
        return NumbersFromLast(length).Select(ids.Member);
    }

    // "c-10000" stands between "c-1000" and "c-1001": the numbers make up a tree of prefixes.
    private static IEnumerable<long> NumbersFromLast(long length)
    {
        for (var root = Math.Min(length, FirstUnpadded - 1); root > 0; root--)
        {
            if (root >= FirstUnpadded / 10 && root * 10 <= length)
            {
                foreach (var number in BelowFromLast(root, length))
                {
                    yield return number;
                }
            }

            yield return root;
        }
    }

    private static IEnumerable<long> BelowFromLast(long prefix, long length)
    {
        for (var number = Math.Min(length, (prefix * 10) + 9); number >= prefix * 10; number--)
        {
            if (number <= length / 10)
            {
                foreach (var below in BelowFromLast(number, length))
                {
                    yield return below;
                }
            }

            yield return number;
        }
    }

    private string Member(long number) =>
        Id + "-" + number.ToString(CultureInfo.InvariantCulture).PadLeft(PaddedDigits, '0');
}
