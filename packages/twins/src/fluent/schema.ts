import { buildSchema } from 'graphql';

/** The customer part of Fluent's GraphQL API, written from the published field tables. */
export const schema = buildSchema(/* GraphQL */ `
  scalar Json
  scalar DateTime

  type Attribute {
    name: String!
    type: String!
    value: Json!
  }

  type Retailer {
    id: ID!
    ref: String!
    status: String
  }

  type Customer {
    id: ID!
    ref: String
    status: String
    createdOn: DateTime
    updatedOn: DateTime
    attributes: [Attribute]
    title: String
    department: String
    country: String
    firstName: String
    lastName: String
    username: String
    primaryEmail: String
    primaryPhone: String
    timezone: String
    promotionOptIn: Boolean
    retailer: Retailer
  }

  type CustomerEdge {
    node: Customer
    cursor: String
  }

  type PageInfo {
    hasPreviousPage: Boolean
    hasNextPage: Boolean
  }

  type CustomerConnection {
    edges: [CustomerEdge]
    pageInfo: PageInfo
  }

  input RetailerId {
    id: ID!
  }

  input AttributeInput {
    name: String!
    type: String!
    value: Json!
  }

  input DateRange {
    from: DateTime
    to: DateTime
  }

  input CreateCustomerInput {
    username: String!
    primaryEmail: String!
    promotionOptIn: Boolean!
    retailer: RetailerId!
    firstName: String
    lastName: String
    title: String
    primaryPhone: String
    country: String
    timezone: String
    department: String
    attributes: [AttributeInput]
  }

  input UpdateCustomerInput {
    username: String!
    primaryEmail: String
    promotionOptIn: Boolean
    firstName: String
    lastName: String
    title: String
    primaryPhone: String
    country: String
    timezone: String
    attributes: [AttributeInput]
  }

  type Query {
    customer(ref: String!): Customer
    customerById(id: ID!): Customer
    customers(
      ref: [String!]
      status: [String!]
      title: [String!]
      department: [String!]
      country: [String!]
      firstName: [String!]
      lastName: [String!]
      username: [String!]
      primaryEmail: [String!]
      primaryPhone: [String!]
      timezone: [String!]
      promotionOptIn: [Boolean!]
      createdOn: DateRange
      updatedOn: DateRange
      first: Int
      last: Int
      before: String
      after: String
    ): CustomerConnection
    retailer(ref: String!): Retailer
    retailerById(id: ID!): Retailer
  }

  type Mutation {
    createCustomer(input: CreateCustomerInput): Customer
    updateCustomer(input: UpdateCustomerInput): Customer
  }
`);
