namespace VoiceQuality.Sla.Rating;

/// <summary>Tier of a network (voice connectivity terms, section 1). An unknown tier is null, never C .</summary>
public enum NetworkTier
{
    /// <summary>Regional Bell Operating Companies.</summary>
    A,

    /// <summary>PCS, wireless and resellers.</summary>
    B,

    /// <summary>CLEC, CAP, ICO, ULEC, general and other.</summary>
    C,
}

/// <summary>Category of an operating company number in the LERG table, as the contract lists them.</summary>
public enum OcnCategory
{
    Rboc,
    Pcs,
    Wireless,

    /// <summary>W Reseller.</summary>
    WReseller,

    /// <summary>L Reseller.</summary>
    LReseller,
    Clec,
    Cap,
    Ico,
    Ulec,
    General,

    /// <summary>"Other" is a category of its own and Tier C; it does not mean unknown .</summary>
    Other,
}

/// <summary>Which category is of which tier.</summary>
public static class NetworkTiers
{
    /// <summary>The tier of a category.</summary>
    public static NetworkTier TierOf(OcnCategory category) => category switch
    {
        OcnCategory.Rboc => NetworkTier.A,
        OcnCategory.Pcs or OcnCategory.Wireless or OcnCategory.WReseller or OcnCategory.LReseller => NetworkTier.B,
        OcnCategory.Clec or OcnCategory.Cap or OcnCategory.Ico or OcnCategory.Ulec => NetworkTier.C,
        OcnCategory.General or OcnCategory.Other => NetworkTier.C,
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, "Not a category of the table."),
    };
}
