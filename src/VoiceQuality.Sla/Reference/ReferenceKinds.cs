using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Sla.Reference;

/// <summary>The digest of a document of one kind.</summary>
/// <param name="Kind">The kind, such as "components".</param>
/// <param name="Digest">SHA-256 of the document, lower-case hexadecimal.</param>
public readonly record struct DocumentDigest(string Kind, string Digest);

/// <summary>The kinds of reference data. A file is named by its kind: components.csv.</summary>
public static class ReferenceKinds
{
    public const string Components = "components";
    public const string ComponentMrc = "component-mrc";
    public const string MrcBilled = "mrc-billed";
    public const string Numbers = "numbers";
    public const string Trunks = "trunks";
    public const string Addresses = "addresses";
    public const string Programs = "programs";
    public const string Rates = "rates";
    public const string Decks = "decks";
    public const string Tiers = "tiers";
    public const string AreaCodes = "area-codes";
    public const string Holidays = "holidays";
    public const string TollFree = "toll-free";
    public const string InternationalBlocks = "international-blocks";
    public const string InternationalRestricted = "international-restricted";
    public const string InternationalConsents = "international-consents";

    /// <summary>All kinds, in the order in which they are read and shown.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Components, ComponentMrc, MrcBilled, Numbers, Trunks, Addresses, Programs, Rates, Decks, Tiers, AreaCodes,
        Holidays, TollFree, InternationalBlocks, InternationalRestricted, InternationalConsents,
    ];

    /// <summary>One digest over those of several documents, whatever their order.</summary>
    public static string DigestOf(IEnumerable<DocumentDigest> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var text = new StringBuilder();
        foreach (var (kind, digest) in documents.OrderBy(document => document.Kind, StringComparer.Ordinal))
        {
            text.Append(kind).Append(' ').Append(digest).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
