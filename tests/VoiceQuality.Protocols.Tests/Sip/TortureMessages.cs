namespace VoiceQuality.Protocols.Tests.Sip;

/// <summary>Legal but unusual messages in the spirit of RFC 4475, written for this project.</summary>
internal static class TortureMessages
{
    /// <summary>
    /// Compact forms, folds, white space before colons, a tag in strange case, escapes and commas in names.
    /// </summary>
    public const string Folded =
        "INVITE sip:+15550100@192.0.2.2;lr SIP/2.0\r\n"
        + "t :\r\n sip:+15550100@192.0.2.2 ;  TaG\t=\r\n 1918181833n\r\n"
        + "f   : \"J Rosenberg \\\\\\\"; <x>, y\"  <sip:+15550101@192.0.2.1>\r\n  ; tag = 98asjd8\r\n"
        + "MaX-fOrWaRdS: 0068\r\n"
        + "i:\t 0ha0isndaksdj@192.0.2.1 \r\n"
        + "cseq: 0009\r\n  INVITE\r\n"
        + "v: SIP / 2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw, "
        + "SIP/2.0/TCP [2001:2::9]:5062\r\n  ;branch=z9hG4bK9\r\n"
        + "s:\r\n"
        + "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        + "Via  : SIP  /   2.0\r\n\t/  TCP     192.0.2.3   ;branch   =   z9hG4bK30239\r\n"
        + "m:\"Quoted string \\\"\\\"\" <sip:+15550102@192.0.2.1> ; newparam = newvalue\r\n"
        + "l: 4\r\n\r\nbodybeyond";

    public const string Multipart =
        "INVITE sip:+15550100@192.0.2.2 SIP/2.0\r\n"
        + "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@192.0.2.1>;tag=1\r\nTo: <sip:b@192.0.2.2>\r\n"
        + "Call-ID: m\r\nCSeq: 1 INVITE\r\n"
        + "Content-Type: multipart/mixed ; Boundary=\"7a9c:bd;x\"\r\n\r\n"
        + "preamble\r\n--7a9c:bd;x\r\nContent-Type: text/plain\r\n\r\n--not the boundary\r\n"
        + "--7a9c:bd;x\r\nContent-Type: multipart/alternative;boundary=inner\r\n\r\n"
        + "--inner\r\nc: APPLICATION/SDP;charset=utf-8\r\n\r\n" + Vectors.Sdp + "\r\n--inner--\r\n"
        + "\r\n--7a9c:bd;x--\r\nepilogue";
}
