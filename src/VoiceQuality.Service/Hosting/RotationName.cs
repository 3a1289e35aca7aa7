using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// The name of a capture file, taken apart: files of one rotation differ in numbers alone. tcpdump writes a time into
/// the name (-G) or a number behind it (-C), dumpcap both.
/// </summary>
internal sealed partial record RotationName
{
    private readonly IReadOnlyList<string> _numbers;

    private RotationName(string pattern, IReadOnlyList<string> numbers)
    {
        Pattern = pattern;
        _numbers = numbers;
    }

    /// <summary>The name with a # for each number; compression left out.</summary>
    public string Pattern { get; }

    /// <summary>Takes the name of a file apart.</summary>
    public static RotationName Of(string fileName)
    {
        var name = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
        var behind = NumberBehind().Match(name);
        var number = behind.Success ? behind.Groups["number"].Value : "";
        var numbers = new List<string>();
        var pattern = new StringBuilder();
        foreach (var part in Numbers().Split(number.Length > 0 ? name[..^number.Length] : name))
        {
            if (part.Length > 0 && char.IsAsciiDigit(part[0]))
            {
                numbers.Add(part);
                pattern.Append('#');
            }
            else
            {
                pattern.Append(part);
            }
        }

        numbers.Add(number);
        return new RotationName(pattern.ToString(), numbers);
    }

    /// <summary>Whether a file is one of those that patterns such as "*.pcap;*.pcap.gz" ask for.</summary>
    /// <param name="patterns">With * and ?, separated by semicolons; a number behind the name is no part of it.</param>
    /// <param name="fileName">Name without its folder.</param>
    public static bool Matches(string patterns, string fileName)
    {
        var isCompressed = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var behind = NumberBehind().Match(isCompressed ? fileName[..^3] : fileName);
        var plain = behind.Success ? behind.Groups["name"].Value + (isCompressed ? ".gz" : "") : fileName;
        return patterns.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, fileName)
                || FileSystemName.MatchesSimpleExpression(pattern, plain));
    }

    /// <summary>In how many numbers two names of one pattern differ.</summary>
    public int DifferenceFrom(RotationName other) =>
        _numbers.Zip(other._numbers).Count(static pair => pair.First != pair.Second);

    [GeneratedRegex("([0-9]+)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^(?<name>.*\.(pcapng|pcap|cap))(?<number>[0-9]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex NumberBehind();
}
