using System.Text;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Rescoring;

/// <summary>
/// The scoring policies that are known here: the built-in ones, those on file, and one that was named.
/// </summary>
internal sealed class ScoringPolicies
{
    private readonly Dictionary<string, ScoringPolicyDocument> _byDigest = new(StringComparer.Ordinal);

    public ScoringPolicies(IEnumerable<ScoringPolicyDocument> stored)
    {
        foreach (var policy in ScoringPolicyDocument.BuiltIn.Concat(stored))
        {
            _byDigest.TryAdd(policy.Digest, policy);
        }
    }

    /// <summary>The policy with this digest, or the only one with this id; null when there is none.</summary>
    public ScoringPolicyDocument? Find(string idOrDigest)
    {
        if (_byDigest.TryGetValue(idOrDigest, out var policy))
        {
            return policy;
        }

        var named = _byDigest.Values.Where(candidate => candidate.Id == idOrDigest).ToList();
        return named.Count == 1 ? named[0] : null;
    }

    /// <summary>
    /// The policy that stands with a score; that of before policies were kept is the first built-in one.
    /// </summary>
    public ScoringPolicyDocument? Of(ScoringPolicyName? name) =>
        name is null ? ScoringPolicyDocument.Default1 : _byDigest.GetValueOrDefault(name.Digest);

    /// <summary>The codec table of a policy that stands with a score; null when it is not on file.</summary>
    public CodecTable? TableOf(ScoringPolicyName? name) => Of(name)?.Codecs;

    /// <summary>Reads a policy file; the codec file that it names lies relative to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="errors">Everything that is wrong with it.</param>
    public static ScoringPolicyDocument? Read(string path, out IReadOnlyList<string> errors)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (ReadText(path) is not { } json)
        {
            errors = ["The file cannot be read."];
            return null;
        }

        return ScoringPolicyDocument.TryParse(
            json, file => ReadText(Path.Combine(folder, file)), out var policy, out errors) ? policy : null;
    }

    /// <summary>The text of a file, without a byte order mark; null when it cannot be read.</summary>
    public static string? ReadText(string path)
    {
        const long MaxOctets = 16 * 1024 * 1024;
        try
        {
            return new FileInfo(path).Length <= MaxOctets ? File.ReadAllText(path, Encoding.UTF8) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
