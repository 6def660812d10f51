import { mustBe, throwIfAny } from '../../presence/errors';

/** Fields of a device's certificate that a template for just-in-time provisioning can use. */
export enum CertificateField {
  COUNTRY = 'Country',
  ORGANIZATION = 'Organization',
  ORGANIZATIONAL_UNIT = 'OrganizationalUnit',
  DISTINGUISHED_NAME_QUALIFIER = 'DistinguishedNameQualifier',
  STATE_NAME = 'StateName',
  COMMON_NAME = 'CommonName',
  SERIAL_NUMBER = 'SerialNumber',
  ID = 'Id',
}

/**
 * A value in a provisioning template: fixed, sent by the device, or read from its certificate.
 *
 * @example
 * ProvisioningValue.join(ProvisioningValue.text('pump-'), ProvisioningValue.parameter('SerialNumber'));
 */
export class ProvisioningValue {
  /** The same for every device. */
  static text(text: string): ProvisioningValue {
    return new ProvisioningValue(text, []);
  }

  /** What the device sends as a parameter of this name: letters and digits. */
  static parameter(name: string): ProvisioningValue {
    throwIfAny('OPTION_INVALID', /^[a-zA-Z0-9]+$/.test(name) ? [] : [mustBe('parameter', 'letters and digits', name)]);
    return new ProvisioningValue({ Ref: name }, [name]);
  }

  /** A field of the device's certificate, for just-in-time provisioning. */
  static certificate(field: CertificateField): ProvisioningValue {
    const name = `AWS::IoT::Certificate::${field}`;
    return new ProvisioningValue({ Ref: name }, [name]);
  }

  /** Several values, one after the other. */
  static join(...values: readonly ProvisioningValue[]): ProvisioningValue {
    const names = values.flatMap((value) => value.parameterNames);
    return new ProvisioningValue({ 'Fn::Join': ['', values.map((value) => value.rendered)] }, names);
  }

  private constructor(
    /** The value as a template's body writes it. */
    readonly rendered: string | object,
    /** Parameters that the template must declare for it. */
    readonly parameterNames: readonly string[],
  ) {}
}
