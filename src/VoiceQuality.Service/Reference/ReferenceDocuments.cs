using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>Reads documents that are in force.</summary>
internal static class ReferenceDocuments
{
    // What the accounts of today no longer have, or tell otherwise, since the documents were accepted.
    private static readonly HashSet<ReferenceErrorKind> FollowFromAccounts =
    [
        ReferenceErrorKind.UnknownAccount, ReferenceErrorKind.UnknownUnit, ReferenceErrorKind.UnknownComponent,
        ReferenceErrorKind.UnknownNumber, ReferenceErrorKind.Overlap, ReferenceErrorKind.NoNotice,
    ];

    /// <summary>The documents as tables, named so that an error says that they are in force.</summary>
    public static IEnumerable<ReferenceTable> TablesOf(IEnumerable<StoredReference> documents) =>
        documents.Select(document => ReferenceCsvReader.Read(
            document.Version.Kind, $"{document.Version.Kind} (in force)", document.Octets));

    /// <summary>
    /// The typed rows, without those that the accounts of today no longer support: what they would say is then not
    /// known, and whoever needs it fails closed.
    /// </summary>
    /// <exception cref="StoredDataException">This program refuses a document that an earlier one accepted.</exception>
    public static ReferenceResult Parse(IEnumerable<StoredReference> documents, AccountBook accounts)
    {
        var result = ReferenceParser.Parse([.. TablesOf(documents)], accounts);
        return result.Errors.FirstOrDefault(error => !FollowFromAccounts.Contains(error.Kind)) is { } refused
            ? throw new StoredDataException(
                $"The stored reference data are no longer accepted; import corrected files. The first error: {refused}")
            : result;
    }

    /// <summary>The book of them.</summary>
    public static ReferenceBook BookOf(IReadOnlyCollection<StoredReference> documents, ReferenceContent content) =>
        new(content, ReferenceKinds.DigestOf(documents.Select(document =>
            new DocumentDigest(document.Version.Kind, document.Version.Digest))));
}
